"""What sends letters at a cadence: a line for cron, or a workflow. Pure."""

import re
import shlex
from pathlib import Path

from builder.config import Config
from builder.mail.senders import buttondown, ghost, listmonk, mailchimp
from builder.mail.smtp import PASSWORD

SECRETS = {
    "smtp": PASSWORD,
    "buttondown": buttondown.KEY,
    "listmonk": listmonk.KEY,
    "ghost": ghost.KEY,
    "mailchimp": mailchimp.KEY,
}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def cron(cadence: str, day: int, at: str) -> str:
    """The five fields of cron. Raises ValueError for a day or a time there is not."""
    time = _TIME.fullmatch(at)
    if not time:
        raise ValueError(f"{at} is no time of day such as 07:23")
    if cadence == "weekly" and day > 6:
        raise ValueError(f"{day} is no day of the week: 0 is Sunday, 6 is Saturday")
    if cadence == "monthly" and not 1 <= day <= 28:
        raise ValueError(f"not every month has a day {day}: take 1 to 28")
    when = f"{int(time[2])} {int(time[1])}"
    return {"daily": f"{when} * * *", "weekly": f"{when} * * {day}", "monthly": f"{when} {day} * *"}[cadence]


def crontab(line: str, sender: str, root: Path) -> str:
    """A line for `crontab -e`."""
    folder = shlex.quote(str(root))
    return f"{line}  cd {folder} && briefpress mail send --send --via {sender} >> .briefpress/mail.log 2>&1\n"


def workflow(line: str, sender: str, config: Config) -> str:
    """A workflow for GitHub Actions, which records in the repository what it sent."""
    secret = SECRETS.get(sender, "")
    env = f"\n        env:\n          {secret}: ${{{{ secrets.{secret} }}}}" if secret else ""
    test = "" if not config.mail.require_test else _TEST_NOTE
    note = _SMTP_NOTE if sender == "smtp" else ""
    return _WORKFLOW.format(line=line, sender=sender, env=env, test=test, note=note)


_TEST_NOTE = """\
# mail.require_test is on: an edition that nobody tested as it stands is not sent, and the run says so.
"""
_SMTP_NOTE = """\
# The list of readers is not in the repository: the runner must have it, and keep the ledger beside it.
"""
_WORKFLOW = """\
# .github/workflows/letter.yml: sends the newest published edition, once.
{test}{note}name: Letter
on:
  schedule:
    - cron: "{line}"
  workflow_dispatch:
permissions:
  contents: write
concurrency:
  group: letter
  cancel-in-progress: false
jobs:
  send:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      - run: pip install briefpress
      - run: |
          git config user.name "letter"
          git config user.email "letter@users.noreply.github.com"
      - run: briefpress mail send --send --via {sender}{env}
      - if: always()
        run: git push
"""
