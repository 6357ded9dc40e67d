# CMake's unity builds for Poco: most of the time for one of its files goes into headers. Left out is what
# cannot stand beside others: C, and files that give a name of their own to what others call the same.
function(maintenance_poco_unity)
  foreach(target Foundation JSON Util Net Crypto NetSSL)
    get_target_property(sources ${target} SOURCES)
    get_target_property(folder ${target} SOURCE_DIR)
    foreach(source ${sources})
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} OUTPUT_VARIABLE file)
      set(alone "")
      if(file MATCHES "\\.cpp$")
        file(STRINGS ${file} alone REGEX
          "^[ \t]*static [^(]* (sh|mutex);|void throwError\\(\\)$|^#[ \t]*define [A-Za-z0-9_]+\\(")
      else()
        set(alone C)
      endif()
      if(alone OR file MATCHES "/NamedMutex\\.cpp$")
        set_source_files_properties(${file} TARGET_DIRECTORY ${target}
          PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endforeach()
  endforeach()
endfunction()
cmake_language(DEFER CALL maintenance_poco_unity)
