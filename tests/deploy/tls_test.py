#!/usr/bin/env python3
"""The agent's TLS port, probed with openssl s_client as a scanner would do it.

usage: tls_test.py AGENT-PROGRAM
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

START_S = 20
PROBE_S = 20
# Without it the client itself would not offer what is to be refused.
ANYTHING = "@SECLEVEL=0"
WEAK = ("eNULL", "aNULL", "EXPORT", "RC4", "3DES", "DES", "IDEA", "SEED", "CAMELLIA", "ARIA", "PSK", "SRP",
        "MD5", "kRSA", "aDSS")
agent_program = ""


def openssl(*words, stdin=""):
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, text=True, check=False,
                          timeout=PROBE_S)


class Agent:
    """An agent with TLS and without an API server; it serves all the same."""

    def __init__(self, folder, client_ca=False):
        self.certificate, key = folder / "tls.crt", folder / "tls.key"
        made = openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-days", "2", "-subj", "/CN=agent", "-addext", "subjectAltName=IP:127.0.0.1",
                       "-keyout", key, "-out", self.certificate)
        assert made.returncode == 0, made.stderr
        environment = {
            "CONFIGMAP_NAME": "records", "POD_NAMESPACE": "cassandra", "MAINTENANCE_BIND": "127.0.0.1",
            "MAINTENANCE_PORT": "0", "MAINTENANCE_HEALTH_PORT": "0", "MAINTENANCE_AUTH_LOOPBACK": "token",
            "MAINTENANCE_API_SERVER": "http://127.0.0.1:1", "MAINTENANCE_TLS_CERT_FILE": self.certificate,
            "MAINTENANCE_TLS_KEY_FILE": key,
        }
        if client_ca:
            environment["MAINTENANCE_TLS_CLIENT_CA_FILE"] = self.certificate
        self.log = folder / "log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([agent_program], env=environment, stdout=log, stderr=log)
        self.port = self.started()["port"]

    def started(self):
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process.poll() is None:
            for line in self.log.read_text(encoding="utf-8").splitlines():
                if '"event":"started"' in line:
                    return json.loads(line)
            time.sleep(0.05)
        raise RuntimeError(self.log.read_text(encoding="utf-8"))

    def probe(self, *options, stdin="OPTIONS /config HTTP/1.1\r\nHost: a\r\n\r\n"):
        return openssl("s_client", "-connect", f"127.0.0.1:{self.port}", "-CAfile", self.certificate,
                       "-ign_eof", *options, stdin=stdin)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=START_S)


def agreed(probe):
    """Protocol and cipher, or nothing."""
    seen = re.search(r"^New, (\S+), Cipher is (\S+)$", probe.stdout, re.MULTILINE)
    return None if seen is None or seen.group(2) == "(NONE)" else seen.groups()


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.agent = Agent(pathlib.Path(folder.name))
        cls.addClassCleanup(cls.agent.stop)

    def refused(self, *options):
        probe = self.agent.probe(*options)
        self.assertIsNone(agreed(probe), probe.stdout)

    def test_new_versions_are_served(self):
        for option, version in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
            probe = self.agent.probe(option)
            self.assertEqual(agreed(probe)[0], version, probe.stdout)
            self.assertIn("Verify return code: 0 (ok)", probe.stdout)
            self.assertIn("HTTP/1.1 204", probe.stdout)

    def test_old_versions_are_refused(self):
        for option in ("-tls1", "-tls1_1"):
            self.refused(option, "-cipher", "ALL:" + ANYTHING)

    def test_weak_ciphers_are_refused(self):
        known = openssl("ciphers", "ALL:COMPLEMENTOFALL:" + ANYTHING).stdout
        self.assertIn("NULL", known)
        for cipher in WEAK:
            # What this client does not know cannot be offered by it.
            if openssl("ciphers", f"{cipher}:{ANYTHING}").returncode == 0:
                self.refused("-tls1_2", "-cipher", f"{cipher}:{ANYTHING}")

    def test_keys_are_forgotten(self):
        for option in ("-tls1_2", "-tls1_3"):
            probe = self.agent.probe(option)
            self.assertRegex(probe.stdout, r"Server Temp Key: (X25519|ECDH)", probe.stdout)

    def test_groups_of_the_servers_own_are_not_offered(self):
        self.refused("-tls1_2", "-cipher", "kDHE:" + ANYTHING)

    def test_nothing_is_compressed_or_negotiated_anew(self):
        probe = self.agent.probe("-tls1_2")
        self.assertIn("Compression: NONE", probe.stdout)
        self.assertIn("Secure Renegotiation IS supported", probe.stdout)
        # "R" asks for another handshake; an answer would come if there was one.
        again = openssl("s_client", "-connect", f"127.0.0.1:{self.agent.port}", "-tls1_2", stdin="R\n")
        self.assertNotIn("HTTP/1.1 204", again.stdout)
        self.assertIn("no renegotiation", again.stdout + again.stderr)

    def test_early_data_is_not_taken(self):
        # It can come only with a ticket that allows it.
        for allowed in re.findall(r"Max Early Data: (\d+)", self.agent.probe("-tls1_3").stdout):
            self.assertEqual(allowed, "0")

    def test_names_are_those_of_the_certificate(self):
        probe = self.agent.probe("-verify_ip", "127.0.0.2", "-verify_return_error")
        self.assertNotIn("HTTP/1.1 204", probe.stdout)


class ClientCertificateTest(unittest.TestCase):
    def test_without_a_certificate_nobody_comes_in(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            agent = Agent(folder, client_ca=True)
            try:
                without = agent.probe()
                self.assertNotIn("HTTP/1.1 204", without.stdout)
                self.assertIn("Requested Signature Algorithms", without.stdout)
                with_one = agent.probe("-cert", agent.certificate, "-key", folder / "tls.key")
                self.assertIn("HTTP/1.1 204", with_one.stdout)
            finally:
                agent.stop()


if __name__ == "__main__":
    agent_program = sys.argv.pop(1)
    unittest.main()
