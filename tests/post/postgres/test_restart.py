"""The database goes away in the middle of a run, as in a power cut, and comes back."""

import signal
import time

from tests.post.cluster import Cluster
from tests.post.nursery import Accounts, kill, nursery
from tests.post.servers import running

MAILS = 300
LEASE = 2.0
CONNECTIONS = 8


def test_database_restarted_in_a_run_nothing_lost_or_doubled(tmp_path, wait_until):
    with (
        Cluster() as cluster,
        running("tests.bench.sink", tmp_path, "--delay", "0.05") as server,
        nursery(cluster.url, server.port, connections=CONNECTIONS) as home,
    ):
        home.ask("migrate")
        home.ask("prepare", number=MAILS)
        workers = [home.start(lease=LEASE) for _ in range(2)]
        for target in (MAILS // 4, MAILS // 2):
            wait_until(lambda target=target: len(server.took) >= target)
            cluster.stop()
            time.sleep(0.5)
            cluster.start()
        wait_until(lambda: not {"wacht", "genomen", "bezig"} & set(home.ask("count")))
        kill(*workers, how=signal.SIGTERM)
        home.ask("counts_are_right")
        result = Accounts(home.ask("states"), server.took)
    assert (result.doubles, result.wrong) == (0, [])
    # Only a commit of which the answer got lost may leave a group in doubt.
    assert result.uncertain <= 2 * 2 * CONNECTIONS
