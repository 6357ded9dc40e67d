# Compiles for another system, or for static musl, with zig (krew/cross/install_zig.sh). Wanted in
# the environment: what krew/cross/environment.sh sets.
set(CMAKE_SYSTEM_NAME $ENV{MAINTENANCE_CROSS_SYSTEM})
set(CMAKE_SYSTEM_PROCESSOR $ENV{MAINTENANCE_CROSS_PROCESSOR})
set(tools $ENV{MAINTENANCE_CROSS_TOOLS})
set(CMAKE_C_COMPILER ${tools}/zcc)
set(CMAKE_CXX_COMPILER ${tools}/zc++)
set(CMAKE_AR ${tools}/zar)
set(CMAKE_RANLIB ${tools}/zranlib)
# That of binutils knows the machine it runs on alone.
set(CMAKE_STRIP llvm-strip-14)

# Two builds must not differ by where they were made: names of files are in messages of the libraries.
set(flags "-ffile-prefix-map=$ENV{MAINTENANCE_CROSS_SOURCES}=.")
string(APPEND flags " -ffile-prefix-map=$ENV{MAINTENANCE_CROSS_PREFIX}=.")

# Without -g0 zig adds symbols of some 50 MB. Flags that name the kind of linking (-static, -pie, -s) must
# be the same everywhere: zig compiles its own libc++ and libc once for each set of them. So CMake's trial
# programs are linked as ours are: with libc++ also in C, and without what a build that is not optimised
# adds.
string(APPEND flags " -g0 -ffunction-sections -fdata-sections -fstack-protector-strong")
string(APPEND flags " -fno-sanitize=undefined")
set(CMAKE_C_STANDARD_LIBRARIES "-lc++")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(CMAKE_SYSTEM_NAME STREQUAL Darwin)
  # Poco's own zlib would define a macro of this name over what stdio.h declares.
  string(APPEND flags " -Dfdopen=fdopen")
  set(CMAKE_INSTALL_NAME_TOOL llvm-install-name-tool-14)
elseif(CMAKE_SYSTEM_NAME STREQUAL Windows)
  set(CMAKE_MC_COMPILER x86_64-w64-mingw32-windmc)
  set(CMAKE_RC_COMPILER ${tools}/zrc)
  # With symbols the linker would leave nothing out: 9.2 instead of 5.9 MB.
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-s")
elseif(CMAKE_SYSTEM_NAME STREQUAL Linux)
  # spdlog calls stat64, a name that musl has only when asked for it.
  string(APPEND flags " -D_LARGEFILE64_SOURCE=1")
  # Static and yet at another address in each run.
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -pie -Wl,--gc-sections")
endif()
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT "${flags}")

# Only our own libraries; nothing of the machine that compiles.
set(CMAKE_FIND_ROOT_PATH $ENV{MAINTENANCE_CROSS_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
