"""Sign in, sign out, create an account: pages, and the plain HTTP forms behind them."""
