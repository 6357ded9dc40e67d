#include "common/text/json_members.h"

namespace maintenance::text {

void MemberFilter::reset() {
  builder_.reset();
  open_.clear();
  next_ = nullptr;
  skipped_ = 0;
}

void MemberFilter::key(const std::string& name) {
  if (skipped_ > 0) return;
  const Members& here = *open_.back();
  next_ = &here;  // where all is wanted, so is all of each member
  if (!here.names.empty()) {
    const auto found = here.names.find(name);
    next_ = found == here.names.end() ? nullptr : &found->second;
  }
  if (next_ != nullptr) builder_.key(name);
}

bool MemberFilter::takes_value() {
  return skipped_ == 0 && next_ != nullptr;
}

bool MemberFilter::takes_container() {
  if (open_.empty() && skipped_ == 0) next_ = &wanted_;
  if (!takes_value()) {
    ++skipped_;
    return false;
  }
  open_.push_back(next_);
  return true;
}

/// Afterwards the next value is another element, or a key comes first.
bool MemberFilter::leaves_container() {
  if (skipped_ > 0) {
    --skipped_;
    return false;
  }
  next_ = open_.back();
  open_.pop_back();
  return true;
}

void MemberFilter::startObject() {
  if (takes_container()) builder_.startObject();
}

void MemberFilter::endObject() {
  if (leaves_container()) builder_.endObject();
}

void MemberFilter::startArray() {
  if (takes_container()) builder_.startArray();
}

void MemberFilter::endArray() {
  if (leaves_container()) builder_.endArray();
}

void MemberFilter::null() {
  if (takes_value()) builder_.null();
}

Result<JsonView> parse_json_members(const std::string& raw, const Members& wanted,
                                    std::string_view doing) {
  const auto object = parse_json_object(raw, doing, new MemberFilter(wanted));
  if (!object) return object.error();
  return JsonView(*object);
}

}  // namespace maintenance::text
