#include "plugin/exec/executor.h"

#include "common/http/watchdog.h"
#include "common/kube/status.h"
#include "common/text/printable.h"
#include "plugin/tunnel/handshake.h"

namespace maintenance::plugin {

Permissions Executor::permissions() const {
  Permissions all = needed_permissions(parts_.way);
  all.insert(all.end(), exec_permissions().begin(), exec_permissions().end());
  return all;
}

Result<void> Executor::permitted() {
  const auto denied = parts_.explainer.first_denied(exec_permissions());
  // A server that does not answer the question may still allow the command.
  if (!denied || !*denied) return {};
  return parts_.explainer.explain(**denied, permissions());
}

Result<std::string> Executor::holding_container(const std::string& pod) {
  const auto found = parts_.client.get_pod(pod);
  if (!found) return parts_.explainer.explain(found.error(), permissions());
  for (const kube::ContainerStatus& status : found->init_containers) {
    if (status.running) return status.name;
  }
  return Error{ErrorKind::conflict, "",
               "pod/" + text::printable(pod) + " is not held any more: no init container runs"};
}

Error Executor::refused(const http::Response& answer, const ExecRequest& request) {
  const std::string where = "running a command in container " + text::quoted(request.container) +
                            " of pod/" + text::printable(request.pod);
  if (answer.status < 400) {
    return Error{ErrorKind::protocol, where,
                 "something on the way does not pass streams on (it answered " +
                     std::to_string(answer.status) + " to the upgrade)"};
  }
  const Error why = kube::check_status(answer, where).error();
  return parts_.explainer.explain(why, permissions());
}

Result<ExecEnd> Executor::run(ExecRequest request, LocalStreams& local,
                              const std::function<bool()>& called_off, Deadline opening) {
  if (request.container.empty()) {
    auto container = holding_container(request.pod);
    if (!container) return container.error();
    request.container = std::move(*container);
  }
  const std::string key = make_websocket_key(parts_.random);
  auto answer =
      parts_.api.upgrade(exec_http_request(parts_.api.namespace_name(), request, key), opening);
  if (!answer) return parts_.explainer.explain(answer.error(), permissions());
  if (!answer->upgraded) return refused(answer->refusal, request);
  const auto protocol = check_switch(answer->upgraded->headers, key, exec_protocols(request));
  if (!protocol) return protocol.error();
  parts_.trace.say(Trace::ways, "running in container " + text::printable(request.container) +
                                    " of pod/" + text::printable(request.pod) + " by " + *protocol);
  const http::Watchdog::Guard guard(parts_.api.watchdog(), answer->upgraded->plain_socket,
                                    Deadline::max());
  if (request.tty) local.make_raw();
  Session::Setup setup{request.input, request.tty, *protocol == exec_protocol_v5, called_off};
  auto end = Session(*answer->upgraded, parts_.random, local, std::move(setup)).run();
  local.restore();
  return end;
}

}  // namespace maintenance::plugin
