"""The operator's command line: `npm run operate -- COMMAND ...`, which is `python -m operate COMMAND ...`.

Exit codes: 0 all went well, 1 something failed, 2 the command can't be run as given, 130 stopped by Ctrl-C.
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from rich.console import Console
from rich.markup import escape

from local.readable import printable
from local.stack import StackRefusedError
from operate import categories, sending
from operate.files import Photo, Skipped
from operate.new_category import CategoryRefusedError, new_category
from operate.smoke import smoke
from operate.stage import StageUnknownError, defaults, output, session_in
from operate.trying import TrialRefusedError, try_photo
from operate.upload import s3_client
from pipeline.catalog import load_catalog
from pipeline.errors import OcrError
from pipeline.plugins import load_plugins

ROOT = Path(__file__).resolve().parent.parent
_OWN_SCRIPT = ("upload", "smoke")  # `npm run upload`; of the others `npm run operate -- COMMAND`
_REFUSED = (
    CategoryRefusedError,
    StackRefusedError,
    StageUnknownError,
    TrialRefusedError,
    OcrError,
    ClientError,
    BotoCoreError,
    OSError,
)


def main(
    arguments: list[str],
    console: Console,
    session: boto3.Session | None = None,
    ask: Callable[[str], str] | None = None,
) -> int:
    """Run one command and return its exit code.

    Without a session it's the one of the environment; `ask` answers a question, by default the person at the terminal.
    """
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:  # argparse itself would show the usage of all commands, not that of the one
        options.parser.error(f"unrecognized arguments: {shlex.join(unknown)}")
    try:
        if options.command == "categories":
            return _categories(console)
        if options.command == "new-category":
            return _new_category(options, console)
        if options.command == "try":
            return try_photo(options.category, options.photo, console, bedrock=options.bedrock, ask=ask or _at_terminal)
        again = f"npm run upload -- {shlex.join(arguments[1:])}"
        return _at_aws(options, console, session, again)
    except _REFUSED as error:
        console.print(f"[red]{escape(printable(str(error)))}[/]", soft_wrap=True, highlight=False)
        if isinstance(error, NoCredentialsError):
            console.print("Give AWS credentials: aws configure, or AWS_PROFILE.")
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run operate --", description="Run the product photo service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, says: str) -> argparse.ArgumentParser:
        prog = f"npm run {name} --" if name in _OWN_SCRIPT else f"npm run operate -- {name}"
        command = commands.add_parser(name, prog=prog, help=says, description=says[0].upper() + says[1:] + ".")
        command.set_defaults(parser=command)
        return command

    command = add("upload", "photos to a bucket, only what isn't there already")
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a photo, or a folder of them")
    target = command.add_mutually_exclusive_group(required=True)
    target.add_argument("--bucket", help="the bucket's name")
    target.add_argument("--stage", help="a deployed stage, whose bucket it is")
    command.add_argument("--category", help="what the photos show; without it, the key's folder or the model says")
    command.add_argument("--prefix", default="", help="a folder to put in front of the keys")
    _add_region(command)

    command = add("smoke", "one photo through a deployed stage, pass or fail")
    command.add_argument("--stage", required=True, help="the deployed stage")
    command.add_argument("--photo", type=Path, help="another photo than the sample")
    _add_region(command)

    command = add("try", "one photo through one category on this machine: request, answer and findings")
    command.add_argument("category", metavar="CATEGORY", help="a category of docs/categories.md, or one of yours")
    command.add_argument("photo", type=Path, metavar="PHOTO", help="a JPEG, PNG, WebP or GIF")
    command.add_argument("--bedrock", action="store_true", help="ask the real Claude: with AWS credentials, for money")

    command = add("new-category", "the files of a new category, ready to run and to be filled in")
    command.add_argument("category", metavar="NAME", help="a-z, 0-9 and _, such as footwear")
    command.add_argument("--title", help="what people call it (default: the name)")

    add("categories", "one look at all schemas: docs/categories.md, written anew")
    return parser


def _add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("--region", help="the AWS region (default: AWS_REGION, your profile's, serverless.yml's)")


def _categories(console: Console) -> int:
    catalog = load_catalog(load_plugins())
    categories.PAGE.write_text(categories.page(catalog, categories.sample_truth()), encoding="utf-8")
    console.print(f"{categories.PAGE.relative_to(ROOT)}: {', '.join(catalog)}", highlight=False, soft_wrap=True)
    return 0


def _new_category(options: argparse.Namespace, console: Console) -> int:
    files, then = new_category(options.category, options.title, ROOT)
    for path in files:
        console.print(f"  {path}", highlight=False)
    console.print(f"\n{escape(then)}", highlight=False, soft_wrap=True, end="")
    return 0


def _at_aws(options: argparse.Namespace, console: Console, session: boto3.Session | None, again: str) -> int:
    """The commands about a deployed stage; `again` is what goes on after an upload that was stopped."""
    found: list[Photo | Skipped] = []
    if options.command == "upload":  # first what may be wrong here, then what may be there
        found = sending.found_in(options.paths, options.prefix, options.category, console)
        if not found:
            return 2
    session = session or session_in(options.region, defaults()["region"] if options.stage else None)
    if options.command == "smoke":
        return smoke(session, options.stage, console, photo=options.photo)
    bucket = options.bucket or output(session.client("cloudformation"), options.stage, "PhotoBucketName")
    s3 = s3_client(session)
    try:
        s3.head_bucket(Bucket=bucket)  # one clear error for a wrong name, instead of one for each file
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        console.print(f"[red]There is no bucket {escape(bucket)}. See `aws s3 ls` for those that you have.[/]")
        return 2
    return sending.send(found, s3, bucket, options.category, console, again)


def _at_terminal(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Console()))
