"""How soon a password would be guessed: by the patterns that people use, and by what is known of this person (``zxcvbn``).

The meter in the browser says the same while somebody types. Here it counts, because a browser can be told anything.
"""

from collections.abc import Iterable

LEAST_SCORE = 2
"""0 to 4. Below 2, a million tries would do."""
LONGEST_READ = 40
"""A longer password is looked at for repetition only: nobody guesses it, and reading it takes time that a stranger could make us waste."""
SHORTEST_UNIT = 10
LONGEST_INPUT = 40
SHORTEST_INPUT = 3
MOST_SIGNS = 3
"""How many of the signs that may stand for letters are read so. Every reading of them is tried: a dozen would take seconds."""
SIGNS = "@({[<!|$+%"
NEUTRAL = "~"
ADVICE = "Add a word or two that nobody expects."


def find_fault(password: str, known: Iterable[str]) -> str | None:
    """Return the sentence that says why a password is too easy to guess for whoever knows this of the person, or None."""
    if len(password) > LONGEST_READ:
        return f"This password says one short thing again and again. {ADVICE}" if _unit(password) < SHORTEST_UNIT else None
    from zxcvbn import zxcvbn  # its dictionaries take a moment to load

    found = zxcvbn(_readable(password), user_inputs=[text[:LONGEST_INPUT] for text in known if len(text) >= SHORTEST_INPUT])
    if found["score"] >= LEAST_SCORE:
        return None
    reason = found["feedback"]["warning"].rstrip(".")
    return f"This password is easy to guess{f': {reason[0].lower()}{reason[1:]}' if reason else ''}. {ADVICE}"


def _readable(password: str) -> str:
    """Return the password with all signs but the first few kinds replaced by one that stands for nothing."""
    kinds = [sign for sign in dict.fromkeys(password) if sign in SIGNS]
    return password.translate({ord(sign): NEUTRAL for sign in kinds[MOST_SIGNS:]})


def _unit(text: str) -> int:
    """Return the length of what a text is repetitions of; its own length if it is none."""
    return (text + text).find(text, 1)
