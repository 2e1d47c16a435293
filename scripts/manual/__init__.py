"""The manual as a website: pages of ``docs/`` and pages made from the code, built strictly by ``make docs``."""
