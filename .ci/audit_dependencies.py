"""Ask whether a release pinned in requirements.lock has a known vulnerability; fail only when one has.

Without pip-audit, a network or an answer, a note says what was not audited and why: nothing is passed over in silence,
and a change is not refused because a service is down.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
MOST_SECONDS = 40


def main() -> int:
    """Print the outcome; return 1 when a pinned release has a known vulnerability."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return note(f"the vulnerability service did not answer within {MOST_SECONDS} s")
    return judge(done.stdout, done.stderr)


def judge(report: str, errors: str) -> int:
    """Return the exit code for the JSON that pip-audit printed, after saying what it means.

    Parameters
    ----------
    report, errors
        Standard output and standard error of pip-audit.
    """
    try:
        releases = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (errors.strip().splitlines() or ["no answer"])[-1]
        return note(f"pip-audit gave no report ({last[:200]})")
    skipped = [r for r in releases if "skip_reason" in r]
    found = [
        (r["name"], r["version"], v["id"], v.get("fix_versions", [])) for r in releases for v in r.get("vulns", [])
    ]
    for name, version, known, fixed in found:
        print(f"{name} {version}: {known}, fixed in {', '.join(fixed) or 'no release yet'}")
    if len(skipped) == len(releases):
        return note("the vulnerability service cannot be reached, or knows none of the pinned releases")
    if skipped:
        note(f"{len(skipped)} of {len(releases)} pinned releases are unknown to the vulnerability service")
    if not found:
        print(f"{len(releases) - len(skipped)} pinned releases, no known vulnerability")
    return 1 if found else 0


def note(reason: str) -> int:
    """Print why the pinned releases were not (all) audited; return 0."""
    print(f"NOTE: not audited for known vulnerabilities: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
