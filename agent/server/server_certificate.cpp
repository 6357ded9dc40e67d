#include "agent/server/server_certificate.h"

#include "common/http/tls.h"
#include "common/text/file.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {
namespace {

/// A chain of certificates is a few KiB.
constexpr std::size_t pem_bytes_max = 256UL * 1024;

}  // namespace

ServerCertificate::ServerCertificate(const TlsFiles& files, Log& log, Metrics& metrics)
    : files_(files), log_(log), metrics_(metrics) {}

Result<http::ServerTlsSettings> ServerCertificate::read() const {
  http::ServerTlsSettings pair;
  auto certificate = text::read_small_file(files_.cert_file, pem_bytes_max);
  if (!certificate) return certificate.error();
  auto key = text::read_small_file(files_.key_file, pem_bytes_max);
  if (!key) return key.error();
  pair.cert_pem = std::move(*certificate);
  pair.key_pem = std::move(*key);
  if (files_.client_ca_file.empty()) return pair;
  auto authorities = text::read_small_file(files_.client_ca_file, pem_bytes_max);
  if (!authorities) return authorities.error();
  // An empty file must not open the door that it is to close.
  if (http::pem_blocks(*authorities, "CERTIFICATE").empty()) {
    return Error{ErrorKind::invalid, "reading " + files_.client_ca_file,
                 "it holds no PEM certificate"};
  }
  pair.client_ca_pem = std::move(*authorities);
  return pair;
}

void ServerCertificate::tell(const Error& failure) {
  if (failure.message() == told_) return;
  told_ = failure.message();
  metrics_.count_certificate_failure();
  log_.error("certificate_unusable",
             {{"cause", told_},
              {"outcome", context() ? "the one before stays in use"
                                    : "nobody but loopback is served until it is mended"}});
}

void ServerCertificate::refresh() {
  const auto pair = read();
  if (!pair) return tell(pair.error());
  const std::string now = hash_.of({pair->cert_pem, pair->key_pem, pair->client_ca_pem});
  if (now == seen_) {
    // A file was away, and is there again.
    if (now == used_) told_.clear();
    return;
  }
  seen_ = now;
  auto made = http::make_server_context(*pair);
  const auto end = http::certificate_end(pair->cert_pem);
  if (!made) return tell(made.error());
  if (!end) return tell(end.error());
  {
    const std::lock_guard lock(mutex_);
    context_ = *made;
  }
  used_ = now;
  told_.clear();
  metrics_.note_certificate_end(*end);
  log_.info(
      "certificate_loaded",
      {{"file", files_.cert_file},
       {"until", text::format_timestamp(std::chrono::time_point_cast<std::chrono::seconds>(*end))},
       {"client_certificates", files_.client_ca_file.empty() ? "not asked for" : "required"}});
}

Poco::Net::Context::Ptr ServerCertificate::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace maintenance::agent
