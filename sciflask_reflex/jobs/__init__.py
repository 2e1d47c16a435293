"""The queue side: jobs that cannot be lost. Importable without Reflex."""
