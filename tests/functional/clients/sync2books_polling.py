"""A client that waits for a batch as the vendor's guide "Sync transactions" recommends."""

from itertools import count

FIRST_SECONDS = 2
BETWEEN_SECONDS = 2.5
TIMEOUT_SECONDS = 60


class BatchFailed(Exception):
    """The batch as a whole could not be processed."""


class TimedOut(Exception):
    """The batch did not end within a minute."""


def wait_for(read, wait):
    """Wait two seconds, then read every two to three, until the batch has ended or a minute is over.

    Args:
        read: Returns the body of `GET /sync/batches/{syncBatchId}`.
        wait: Lets so many seconds pass.

    Returns:
        The body of the last read, and how many reads there were.
    """
    wait(FIRST_SECONDS)
    for reads in count(1):
        answer = read()
        status = answer["batch"]["status"]
        if status == "completed":
            return answer, reads
        if status == "failed":
            raise BatchFailed(answer)
        if FIRST_SECONDS + reads * BETWEEN_SECONDS > TIMEOUT_SECONDS:
            raise TimedOut(answer)
        wait(BETWEEN_SECONDS)
    raise AssertionError("never here")
