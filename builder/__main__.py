"""`python -m builder` is `briefpress`."""

from builder.cli.main import main

if __name__ == "__main__":
    main()
