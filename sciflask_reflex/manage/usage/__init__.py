"""Figures of use, as a grant report needs them."""
