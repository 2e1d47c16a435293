"""What a correlation can be, a module each: values in, rows out whose inner products are the coefficients."""
