// Holds a pod's namespaces open: does nothing, buries orphans, ends at once when told to.
#include <sys/wait.h>

#include <csignal>
#include <initializer_list>

namespace {

void bury_dead_children() {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

}  // namespace

int main() {
  // As process 1 every signal without a handler is ignored by the kernel, unless it is blocked:
  // blocked ones stay pending until sigwait takes them.
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) {
    sigaddset(&awaited, signal);
  }
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  for (;;) {
    int signal = 0;
    if (sigwait(&awaited, &signal) != 0) {
      return 1;
    }
    if (signal != SIGCHLD) {
      return 0;
    }
    bury_dead_children();
  }
}
