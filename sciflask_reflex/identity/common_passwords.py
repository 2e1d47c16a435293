"""Passwords that are tried first. Attackers begin with a word everybody thinks of and decorate it; so the word is what we look for.

Passwords have at least ten characters, which the usual lists of bad ones mostly lack. What is left are decorated words
(``Password123!``), rows of the keyboard, counting, and one thing said again and again.
"""

PLAIN = str.maketrans("@4831!05$7", "aabeliosst")
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1234567890",
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "1q2w3e4r5t6z7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb",
)
WORDS = frozenset(
    """
    abcabc access account admin administrator amanda andrew angel apple arsenal asdf asdfgh ashley asshole august autumn bailey banana
    baseball basketball batman beautiful bigdaddy bond butterfly changeit changeme charlie cheese chelsea chocolate computer cookie
    daniel december default demo diamond dragon elephant february flower football forever freedom friday fuckyou ginger google guest hannah
    harley hello helloworld hunter iloveyou internet january jasmine jennifer jessica jesus jordan joshua july june justin killer letmein
    letmeinplease liverpool login london lovely loveme lovely manchester march maggie master matrix matthew merlin michael michelle monday
    monkey mustang mypassword mynewpassword nicole ninja november october orange pass passpass passphrase passw passwd passwort password
    passwordpassword pepper player pokemon princess purple qazwsx qwerty qwertyqwerty qwertz robert root samsung saturday science sciflask
    scientist secret secretsecret september shadow soccer spring starwars student summer sunday sunshine superman superuser system taylor
    temporary test tester testing testtest thomas thursday tigger trustno trustnoone tuesday university unknown user wednesday welcome
    whatever william winter yankees youarebeautiful zxcvbn
    """.split()  # noqa: SIM905 - easier to read and to add to
)


def is_common(password: str) -> bool:
    """Whether a password is a known word with decoration, a row of keys, or a short thing repeated."""
    lower = password.casefold()
    undecorated = lower.strip("0123456789!?.,;:#*$%&+-_=@ '\"()")
    plain = "".join(letter for letter in lower.translate(PLAIN) if letter.isalnum())
    words = {undecorated, "".join(letter for letter in undecorated.translate(PLAIN) if letter.isalnum())}
    return bool(words & WORDS) or plain in WORDS or _is_row(lower) or _repeats(lower)


def _is_row(text: str) -> bool:
    """Whether the text runs along the keyboard or counts, in either direction, perhaps more than once."""
    return any(text in line * 3 or text in line[::-1] * 3 for line in ROWS)


def _repeats(text: str) -> bool:
    """Whether the text is one to three characters said again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in (1, 2, 3))
