#!/usr/bin/env python3
"""Attacks the agent in several ways, one after the other, and looks meanwhile whether it still answers.

usage: attack.py AGENT_PID API_PORT HEALTH_PORT CA_FILE TOKEN_FILE POD PLAIN_PORT

Attackers come from 127.0.0.2, the operator from 127.0.0.1. Prints a table; exit code 1 when a bound is
missed. The plain server is attacked in the same way, for comparison; it has no bound.
"""
import asyncio
import http.client
import multiprocessing
import os
import socket
import ssl
import sys
import threading
import time

ATTACKERS = 128  # twice the agent's threads
ATTACK_S = float(os.environ.get("BENCH_ATTACK_S", "30"))
HEALTH_MS_MAX = 100
PUT_MS_MAX = 1000
MEMORY_MB_MAX = 40
MEMORY_GROWTH_MAX = 1.10
# For idle threads and connections to go.
REST_S = 20
GIVE_UP_S = 10
# Also a refusal: a machine that is busy has simulated pods that are not ready.
ANSWERS = (200, 409)
BETWEEN_HEALTH_S = 0.2
BETWEEN_PUTS_S = 0.5

# A local port is taken when it is known where to, so that attackers, who leave tens of thousands of them
# behind, take none from those who measure (linux/in.h; this Python has no name for it).
IP_BIND_ADDRESS_NO_PORT = 24

HEAD = b"GET /v1/status HTTP/1.1\r\nHost: a\r\n"
HELLO_BEGIN = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


def attackers_socket():
    one = socket.socket()
    one.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    one.setblocking(False)
    one.bind(("127.0.0.2", 0))
    return one


async def opened(port):
    one = attackers_socket()
    try:
        await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
    except BaseException:
        one.close()
        raise
    return await asyncio.open_connection(sock=one)


async def until_closed(reader):
    while await reader.read(4096):
        pass


def says_no_more_than(begin):
    """Holds a connection on which no more comes than this."""
    async def attack(port):
        reader, writer = await opened(port)
        writer.write(begin)
        await until_closed(reader)
        writer.close()
    return attack


async def one_byte_per_second(port):
    reader, writer = await opened(port)
    for byte in HEAD:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)
        if reader.at_eof():
            break
    writer.close()


async def slow_reader(port):
    loop = asyncio.get_running_loop()
    with attackers_socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        await loop.sock_connect(one, ("127.0.0.1", port))
        await loop.sock_sendall(one, HEAD + b"\r\n")
        while await loop.sock_recv(one, 1):
            await asyncio.sleep(1)


async def storm(port):
    _, writer = await opened(port)
    writer.write(b"G")
    writer.transport.abort()


ATTACKS = {
    "idle": says_no_more_than(b""),
    "half_sent": says_no_more_than(HEAD),
    "one_byte_per_second": one_byte_per_second,
    "silent_tls": says_no_more_than(HELLO_BEGIN),
    "slow_reader": slow_reader,
    "storm": storm,
}


async def attacker(attack, port, until):
    while time.monotonic() < until:
        try:
            await asyncio.wait_for(attack(port), max(0.1, until - time.monotonic()))
        except (OSError, asyncio.TimeoutError):
            await asyncio.sleep(0.01)


def attack_port(attack, port):
    async def all_of_them():
        until = time.monotonic() + ATTACK_S
        await asyncio.gather(*(attacker(attack, port, until) for _ in range(ATTACKERS)))

    asyncio.run(all_of_them())


def attack_in_background(attack, port):
    """In a process of its own, so that it takes nothing from those who measure."""
    process = multiprocessing.Process(target=attack_port, args=(attack, port))
    process.start()
    return process


class Operator:
    """Somebody who has to get through."""

    def __init__(self, pid, api_port, health_port, ca_file, token, pod):
        self.pid, self.health_port, self.api_port, self.pod = pid, health_port, api_port, pod
        self.context = ssl.create_default_context(cafile=ca_file)
        self.headers = {"Authorization": "Bearer " + token}

    def health(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.health_port, timeout=GIVE_UP_S)
        connection.request("GET", "/livez")
        return connection.getresponse().status

    def put(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.api_port, timeout=GIVE_UP_S,
                                                 context=self.context)
        connection.request("PUT", f"/v1/pods/{self.pod}?dryRun=true", headers=self.headers)
        return connection.getresponse().status

    def memory_mb(self):
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Rss:")) * 1024 / 1e6


def timed_ms(ask, failures):
    """How long it took; the longest wait when there was no good answer, which is then told."""
    began = time.monotonic()
    try:
        status = ask()
        if status in ANSWERS:
            return (time.monotonic() - began) * 1000
        failures.add(f"status {status}")
    except (OSError, http.client.HTTPException) as failure:
        failures.add(repr(failure))
    return max(GIVE_UP_S, time.monotonic() - began) * 1000


def looked_at(process, figures):
    """Looks at each (figure, pause) again and again while the attack lasts; the largest of each."""
    largest = [0.0] * len(figures)

    def keep_looking(i):
        figure, pause_s = figures[i]
        while process.is_alive():
            largest[i] = max(largest[i], figure())
            time.sleep(pause_s)

    lookers = [threading.Thread(target=keep_looking, args=(i,)) for i in range(len(figures))]
    for looker in lookers:
        looker.start()
    for one in [process, *lookers]:
        one.join()
    return largest


def plain_ask(port):
    def ask():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_S)
        connection.request("GET", "/")
        return connection.getresponse().status
    return ask


def main():
    pid, api_port, health_port = (int(argument) for argument in sys.argv[1:4])
    with open(sys.argv[5], encoding="ascii") as file:
        token = file.read().strip()
    operator = Operator(pid, api_port, health_port, sys.argv[4], token, sys.argv[6])
    plain_port = int(sys.argv[7])
    missed = []

    def bound(what, seen, most):
        if seen > most:
            missed.append(f"{what}: {seen:.1f}, at most {most}")

    for _ in range(20):  # what a first request needs is not the attack's doing
        timed_ms(operator.put, set())
    before = operator.memory_mb()
    print(f"{ATTACKERS} clients for {ATTACK_S:.0f} s each; longest times in ms")
    print(f"{'attack':<22}{'/livez':>9}{'PUT':>9}{'memory MB':>11}{'plain Poco server':>20}")
    for name, attack in ATTACKS.items():
        failures = set()
        process = attack_in_background(attack, operator.api_port)
        health, put, memory = looked_at(process, (
            (lambda: timed_ms(operator.health, failures), BETWEEN_HEALTH_S),
            (lambda: timed_ms(operator.put, failures), BETWEEN_PUTS_S),
            (operator.memory_mb, BETWEEN_HEALTH_S)))
        process = attack_in_background(attack, plain_port)
        plain, = looked_at(process, ((lambda: timed_ms(plain_ask(plain_port), set()), BETWEEN_PUTS_S),))
        shown = f"{plain:.0f}" if plain < GIVE_UP_S * 1000 else "no answer"
        print(f"{name:<22}{health:>9.1f}{put:>9.1f}{memory:>11.1f}{shown:>20}", flush=True)
        missed.extend(f"{name}: {failure}" for failure in failures)
        bound(f"{name}: /livez in ms", health, HEALTH_MS_MAX)
        bound(f"{name}: PUT in ms", put, PUT_MS_MAX)
        bound(f"{name}: memory in MB", memory, MEMORY_MB_MAX)
    time.sleep(REST_S)
    after = operator.memory_mb()
    print(f"memory before {before:.1f} MB, {REST_S} s after {after:.1f} MB; "
          f"threads {len(os.listdir(f'/proc/{operator.pid}/task'))}")
    bound("memory afterwards, to before", after / before, MEMORY_GROWTH_MAX)
    for line in missed:
        print("missed: " + line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
