#include "agent/server/response_bytes.h"

#include <Poco/Net/HTTPResponse.h>

#include <sstream>

namespace maintenance::agent {

std::string response_bytes(const std::string& method, const ApiResponse& answer) {
  Poco::Net::HTTPResponse head(Poco::Net::HTTPMessage::HTTP_1_1,
                               static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status),
                               status_title(answer.status));
  head.setDate(Poco::Timestamp());
  head.setKeepAlive(false);
  for (const http::Header& header : answer.headers)
    head.add(header.name, header.value);
  if (!answer.content_type.empty()) head.setContentType(answer.content_type);
  const bool bodiless = answer.status == 204;
  if (!bodiless) head.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  std::ostringstream out;
  head.write(out);
  if (method != "HEAD" && !bodiless) out << answer.body;
  return out.str();
}

}  // namespace maintenance::agent
