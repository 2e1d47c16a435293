"""What stands between the internet and the app: ASGI guards and security headers."""
