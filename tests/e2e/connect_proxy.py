#!/usr/bin/python3
"""An HTTP proxy that knows CONNECT and nothing else, on a free port of this machine. Prints the port, and
then a line for each connection that it makes."""

import http.server
import select
import socket


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
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Connector)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
