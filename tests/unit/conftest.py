"""How hypothesis looks for counterexamples in all unit tests."""

from hypothesis import settings

# A busy machine is no fault of the code: an example may take as long as it takes.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
