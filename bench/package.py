"""The size of the zip that `sls package` made last."""

from bench.figures import ROOT, Figure, Figures

LIMIT_MB = 10.0  # what we allow ourselves; Lambda takes 50 directly


def figures(rounds: int) -> Figures:  # noqa: ARG001  # a file has one size, however often it's read
    """Report each zip under .serverless, or that there is none."""
    zips = sorted((ROOT / ".serverless").glob("**/*.zip"))
    if not zips:
        yield Figure("zip size", absent="nothing is packaged yet: npx sls package --stage dev")
    for path in zips:
        size = path.stat().st_size / 1e6
        yield Figure(f"zip size, {path.relative_to(ROOT / '.serverless')}", size, "MB", LIMIT_MB, size / LIMIT_MB)
