#!/usr/bin/python3
"""An HTTP proxy that knows CONNECT and nothing else, on a free port of this machine. Prints the port, and
then a line for each connection that it makes. With a file of a certificate and one of its key as arguments
it speaks TLS with whoever comes."""

import http.server
import select
import socket
import ssl
import sys


class Connector(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):  # the name that http.server calls
        print(f"CONNECT {self.path}", flush=True)
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                # What TLS has decrypted already is not seen by select.
                waiting = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
                for end in waiting or select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Connector)
server.daemon_threads = True
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
