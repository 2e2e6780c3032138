"""``make bench``: every measurement in turn."""

from tests.bench import answering, asking, sending

if __name__ == "__main__":
    answering.main()
    print()
    asking.main()
    print()
    sending.main()
