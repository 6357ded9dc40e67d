#!/usr/bin/python3
"""differential.py KUBECTL PLUGIN CASES: gives each kubeconfig of the folder CASES to both programs, in
front of servers that write down who came, and compares: the path in front of everything, the
Authorization header, who is impersonated, the client certificate, the name of the server in TLS, the
proxy, and the namespace. Where kubectl refuses to reach the server, so must the plugin. Cases that name
a `difference` are those that docs/kubeconfig.md explains; there may be three."""

import base64
import http.server
import json
import os
import re
import select
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import yaml

DIFFERENCES_MAX = 3
# Both programs answer within a fraction of a second; a minute means that one hangs.
TIME_LIMIT_S = 60
POD_LIST = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}
VERSION = {"major": "1", "minor": "34", "gitVersion": "v1.34.0"}


class Seen:
    """What the servers have written down of the program that runs now."""

    def __init__(self):
        self.lock = threading.Lock()
        self.visits = []
        self.proxied = []

    def clear(self):
        with self.lock:
            self.visits, self.proxied = [], []


class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = None

    def log_message(self, *arguments):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ssl.SSLError, ConnectionError):
            self.close_connection = True

    def do_GET(self):  # the name that http.server calls
        own = re.split(r"/(?:version|api|apis)(?:[/?]|$)", self.path)[0]
        certificate = getattr(self.connection, "getpeercert", lambda: None)()
        visit = {
            "prefix": own,
            "authorization": self.headers.get("Authorization"),
            "impersonated": sorted(
                f"{name.lower()}: {value}"
                for name, value in self.headers.items()
                if name.lower().startswith("impersonate-")
            ),
            "certificate": bool(certificate),
            "sni": getattr(self.connection, "asked_for", None),
            "tls": isinstance(self.connection, ssl.SSLSocket),
        }
        with self.seen.lock:
            self.seen.visits.append(visit)
        body = json.dumps(VERSION if "/version" in self.path else POD_LIST).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # programs that refuse a certificate hang up


class Connector(http.server.BaseHTTPRequestHandler):
    """A proxy that knows CONNECT."""

    seen = None

    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):  # the name that http.server calls
        with self.seen.lock:
            self.seen.proxied.append([self.path, self.headers.get("Proxy-Authorization")])
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                # What TLS has read ahead does not show in select.
                ahead = [end for end in ends if getattr(end, "pending", int)()]
                for end in ahead or select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


def make_certificates(folder):
    """A certificate that is its own authority, for both sides."""
    for name in ("ca", "client"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
             "subjectAltName=IP:127.0.0.1,DNS:named", "-keyout", f"{folder}/{name}.key",
             "-out", f"{folder}/{name}.crt"],
            check=True, capture_output=True)


def tls_context(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/ca.crt", f"{folder}/ca.key")
    context.load_verify_locations(f"{folder}/client.crt")
    context.verify_mode = ssl.CERT_OPTIONAL

    def remember(connection, name, _):
        connection.asked_for = name

    context.sni_callback = remember
    return context


def start(handler, context=None):
    """Gives back the port."""
    server = Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def in_base64(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()


def replaced(text, values):
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def write_case(case, folder, certificates, values):
    for name in ("ca.crt", "client.crt", "client.key"):
        shutil.copy(f"{certificates}/{name}", folder)
    files = dict(case.get("files", {}))
    if "cluster" in case:
        files["config"] = (
            f"clusters: [{{name: c, cluster: {{{case['cluster']}}}}}]\n"
            f"users: [{{name: u, user: {{{case.get('user', '')}}}}}]\n"
            f"contexts: [{{name: x, context: {{cluster: c, user: u, namespace: "
            f"'{case.get('namespace', '')}'}}}}]\ncurrent-context: x\n")
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(replaced(text, values))
        if text.startswith("#!"):
            os.chmod(path, 0o755)


def run(words, case, folder, values):
    environment = {"PATH": os.environ["PATH"], "HOME": folder, "KUBECONFIG": "config"}
    environment.update({name: replaced(value, values) for name, value in case.get("env", {}).items()})
    words = words + [replaced(word, values) for word in case.get("args", [])]
    return subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False)


def reached(words, case, folder, values, seen):
    """What the servers have seen of one program: nothing when it refused before."""
    seen.clear()
    ended = run(words, case, folder, values)
    with seen.lock:
        first = dict(seen.visits[0], proxy=seen.proxied[:1]) if seen.visits else None
    return first, ended


def namespace_of(kubectl, case, folder, values):
    args = case.get("args", [])
    for flag in ("-n", "--namespace"):
        if flag in args:
            return args[args.index(flag) + 1]
    shown = run([kubectl, "config", "view", "--minify", "-o", "jsonpath={..namespace}"],
                case, folder, values)
    return shown.stdout or "default"


def compare(case, folder, values, programs, seen):
    """The complaints about one case."""
    kubectl, plugin = programs
    wanted, by_kubectl = reached([kubectl, "get", "--raw", "/version"], case, folder, values, seen)
    found, by_plugin = reached([plugin, "status", "-v", "6"], case, folder, values, seen)
    said = f"\n    kubectl: {by_kubectl.stderr.strip()[:300]}\n    plugin: {by_plugin.stderr.strip()[:300]}"
    complaints = []
    if case.get("difference"):
        if wanted == found and (wanted or case["difference"] != "prompt"):
            complaints.append("is no difference any more" + said)
    elif wanted != found:
        complaints.append(f"kubectl: {wanted}, plugin: {found}{said}")
    elif wanted:
        ns = namespace_of(kubectl, case, folder, values)
        if f"/namespaces/{ns}/pods" not in by_plugin.stderr:
            complaints.append(f"not in namespace {ns}{said}")
    if not wanted and "expect" in case and not case.get("difference"):
        complaints.append("kubectl refuses what the case expects to work" + said)
    if wanted and ("refuse" in case or "refuse_later" in case) and not case.get("difference"):
        complaints.append("kubectl does what the case expects to be refused" + said)
    if found and "refuse" in case:
        complaints.append("the plugin does what it should refuse" + said)
    words = case.get("refuse_later", "")
    if words and words not in by_plugin.stderr:
        complaints.append(f"the plugin does not say: {words}{said}")
    return complaints


def main():
    kubectl, plugin, cases_folder = (os.path.abspath(path) for path in sys.argv[1:4])
    seen = Seen()
    Api.seen = Connector.seen = seen
    complaints, count, differences = [], 0, set()
    with tempfile.TemporaryDirectory() as certificates:
        make_certificates(certificates)
        values = {"PORT": start(Api, tls_context(certificates)), "PLAIN": start(Api),
                  "PROXY": start(Connector),
                  "TLS_PROXY": start(Connector, tls_context(certificates)), "CA": in_base64(f"{certificates}/ca.crt"),
                  "CERT": in_base64(f"{certificates}/client.crt"),
                  "KEY": in_base64(f"{certificates}/client.key")}
        for name in sorted(os.listdir(cases_folder)):
            with open(os.path.join(cases_folder, name), encoding="utf-8") as file:
                cases = yaml.safe_load(file)
            for case in cases:
                count += 1
                differences |= {case["difference"]} if "difference" in case else set()
                with tempfile.TemporaryDirectory() as folder:
                    write_case(case, folder, certificates, values)
                    found = compare(case, folder, values, (kubectl, plugin), seen)
                complaints += [f"{name}: {case['name']}: {text}" for text in found]
    if len(differences) > DIFFERENCES_MAX:
        complaints.append(f"too many differences: {sorted(differences)}")
    print("\n".join(complaints))
    print(f"{count} kubeconfigs, differences on purpose: {', '.join(sorted(differences))}; "
          f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
