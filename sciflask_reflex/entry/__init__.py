"""Ways in: sign in and out, create an account, forgotten passwords. Pages, and the plain HTTP forms behind them."""
