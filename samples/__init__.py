"""Photos that the project renders itself, with their truth; see README.md."""
