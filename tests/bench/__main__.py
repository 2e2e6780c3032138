"""``make bench``: every measurement in turn."""

from tests.bench import answering, sending

if __name__ == "__main__":
    answering.main()
    sending.main()
