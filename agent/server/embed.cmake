# Writes OUTPUT, a source file that has the text of INPUT as openapi_document(). Run by the build
# whenever INPUT changes.
file(READ ${INPUT} text)
set(mark contract)
string(FIND "${text}" ")${mark}\"" collision)
if(NOT collision EQUAL -1)
  message(FATAL_ERROR "${INPUT} contains the end of a raw string: )${mark}\"")
endif()
# No folder in it: checkouts share their compiled objects.
get_filename_component(name ${INPUT} NAME)
file(WRITE ${OUTPUT} "// Made from ${name} by the build.
#include \"agent/server/openapi.h\"

namespace maintenance::agent {

std::string_view openapi_document() noexcept {
  return R\"${mark}(${text})${mark}\";
}

}  // namespace maintenance::agent
")
