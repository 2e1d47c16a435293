"""What each role may keep and use: said in the settings, overruled by the admins, counted inside the transaction that adds."""
