"""How every page looks: frame, navigation, form fields, feedback, tour."""
