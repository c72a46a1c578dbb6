"""The ``winset`` command; also ``python -m winset``."""


def main() -> None:
    """Run the command line."""
    # Imported here: worker processes import this module again, and need nothing of the terminal.
    from winset.cli.app import app

    app(prog_name="winset")


if __name__ == "__main__":
    main()
