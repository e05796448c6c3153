"""Workers are real processes: two at once, frozen, and killed without a word."""

import signal

from tests.post.nursery import Accounts, kill, wait_for

MAILS = 300
CONNECTIONS = 8
LEASE = 5.0
KILLS = 5
WORKERS = 2


def account(server, home) -> Accounts:
    home.ask("counts_are_right")
    return Accounts(home.ask("states"), server.took)


def finish(home, wait_until) -> None:
    """Let workers work until nothing is left that may still leave."""
    workers = [home.start(lease=LEASE) for _ in range(WORKERS)]
    wait_until(lambda: not {"wacht", "genomen", "bezig"} & set(home.ask("count")))
    kill(*workers, how=signal.SIGTERM)


def test_two_workers_at_once_each_mail_leaves_once(processes):
    server, home = processes(delay=0.005)
    home.ask("prepare", number=MAILS)
    workers = [home.start(until_empty=True) for _ in range(WORKERS)]
    for worker in workers:
        wait_for(worker)
    result = account(server, home)
    assert (result.doubles, result.wrong, result.uncertain) == (0, [], 0)
    assert len(server.took) == MAILS


def test_worker_stopped_politely_gives_back_at_once(processes, wait_until):
    server, home = processes(delay=0.02)
    # So many that there is something left to give back, however slow this test is.
    home.ask("prepare", number=10 * MAILS)
    worker = home.start()
    wait_until(lambda: len(server.took) > 20)
    kill(worker, how=signal.SIGTERM)
    assert set(home.ask("count")) == {"wacht", "verzonden"}
    assert home.ask("count")["verzonden"] == len(server.took)


def test_worker_frozen_longer_than_its_lease_no_double(processes, wait_until):
    server, home = processes(delay=0.05, connections=CONNECTIONS)
    home.ask("prepare", number=MAILS)
    frozen = home.start(lease=LEASE)
    wait_until(lambda: len(server.took) > 20)
    kill(frozen, how=signal.SIGSTOP)
    finish(home, wait_until)
    uncertain = home.ask("count").get("onzeker", 0)
    assert uncertain <= CONNECTIONS
    assert sum(home.ask("count").values()) == MAILS
    kill(frozen, how=signal.SIGCONT)
    # It wakes, settles what it had under way, and finds that the rest is not its own any more.
    wait_until(lambda: home.ask("count") == {"verzonden": MAILS})
    kill(frozen, how=signal.SIGTERM)
    result = account(server, home)
    assert (result.doubles, result.wrong) == (0, [])


def kill_again_and_again(processes, wait_until, *, stamps: bool):
    """Kill all workers a few times in a run; return the accounts and the in-doubt of each kill."""
    server, home = processes(delay=0.05, connections=CONNECTIONS)
    home.ask("prepare", number=MAILS)
    in_doubt = []
    for kill_number in range(1, KILLS + 1):
        workers = [home.start(lease=LEASE, stamps=stamps) for _ in range(WORKERS)]
        target = min(kill_number * MAILS // (KILLS + 1), MAILS - 40)
        wait_until(lambda target=target: len(server.took) >= target)
        kill(*workers)
        home.ask("settled")
        # What an earlier kill left in doubt stays so: this one added the rest.
        states = home.ask("count")
        in_doubt.append(states.get("bezig", 0) + states.get("onzeker", 0) - sum(in_doubt))
    finish(home, wait_until)
    return account(server, home), in_doubt


def test_kill_all_workers_no_doubles_and_nobody_lost(processes, wait_until):
    result, in_doubt = kill_again_and_again(processes, wait_until, stamps=True)
    assert result.doubles == 0
    assert result.wrong == []
    assert max(in_doubt) <= WORKERS * CONNECTIONS
    assert result.uncertain <= sum(in_doubt)
    # The kills hit while mail was under way: otherwise this test would prove nothing.
    assert result.uncertain > 0


def test_kill_all_workers_without_stamps_the_check_notices(processes, wait_until):
    """The negative control: without the stamp the same run must go wrong, and be seen to."""
    result, _ = kill_again_and_again(processes, wait_until, stamps=False)
    assert result.doubles + result.unaccounted > 0
