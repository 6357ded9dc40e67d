# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of build.sh and archive.sh, which are read before this file
# The image with a real Cassandra: its jars from Maven Central, a Java runtime cut down by jlink,
# glibc and busybox from this machine. Sourced by build.sh.

readonly cassandra_source="$here/cassandra"
# What Cassandra and its tools reach; java.desktop is for snakeyaml, jdk.naming.rmi for nodetool.
readonly java_modules="java.base,java.compiler,java.desktop,java.instrument,java.logging,\
java.management,java.management.rmi,java.naming,java.rmi,java.scripting,java.sql,java.xml,\
jdk.attach,jdk.management,jdk.naming.rmi,jdk.net,jdk.unsupported,jdk.zipfs"
readonly cassandra_tools=(nodetool sstabledump sstablemetadata sstableverify sstableutil
  sstablescrub cql)

# Loaded by jars' own native code, which ldd cannot see before it is unpacked.
readonly native_libraries=(libstdc++.so.6 libgcc_s.so.1 libm.so.6 libz.so.1 libdl.so.2 librt.so.1
  libpthread.so.0)

java_home() {
  local home
  home="$(readlink -f "$(type -P jlink)")"
  home="${home%/bin/jlink}"
  grep -q '^JAVA_VERSION="17\.' "$home/release" ||
    fail "the Cassandra image needs Java 17, but $home is another version; run: ./dev setup"
  printf '%s\n' "$home"
}

# library_path NAME: where this machine's loader finds it.
library_path() {
  ldconfig -p | awk -v name="$1" '$1 == name && /x86-64|AArch64/ {print $NF; exit}'
}

# fetch_jars FOLDER LOG: exactly the pinned files, or a failure. After a change of pom.xml renew the
# sums: mvn dependency:copy -DoutputDirectory=FOLDER, then (cd FOLDER && sha256sum *) >jars.sha256
fetch_jars() {
  progress "image cassandra: fetching jars"
  mvn -B -f "$cassandra_source/pom.xml" -Dmaven.repo.local="$image_cache/maven" \
    dependency:copy -DoutputDirectory="$1" >"$2" 2>&1 || {
    grep -F '[ERROR]' "$2" >&2
    fail "Maven could not fetch Cassandra's jars"
  }
  (cd "$1" && sha256sum --quiet --check "$cassandra_source/jars.sha256") >&2 ||
    fail "a jar differs from tests/cluster/images/cassandra/jars.sha256"
}

# make_java_runtime FOLDER: without what only a screen or a loudspeaker needs.
make_java_runtime() {
  progress "image cassandra: linking a Java runtime"
  "$(java_home)/bin/jlink" --add-modules "$java_modules" --output "$1" \
    --strip-java-debug-attributes --no-header-files --no-man-pages
  rm -rf "$1/legal" "$1"/lib/lib{awt,awt_headless,awt_xawt,fontmanager,freetype,javajpeg,jawt}.so \
    "$1"/lib/lib{jsound,lcms,mlib_image,splashscreen}.so "$1"/lib/psfont*
}

copy_native_libraries() {
  local rootfs=$1 library
  for library in "${native_libraries[@]}"; do
    copy_file "$(library_path "$library")" "$rootfs"
  done
  copy_file "$(type -P getent)" "$rootfs" /bin/getent
  # Without a UTF-8 locale Java turns the text of statements into question marks.
  mkdir -p "$rootfs/usr/lib/locale"
  cp -R /usr/lib/locale/C.utf8 "$rootfs/usr/lib/locale/"
  copy_libraries "$rootfs" "$rootfs/bin/getent" "$rootfs/opt/java/bin/java" \
    "$rootfs/opt/java/lib/server/libjvm.so"
}

install_tools() {
  local target=$1 work=$2 tool
  cp -R "$cassandra_source/bin" "$cassandra_source/conf" "$target/"
  for tool in "${cassandra_tools[@]}"; do
    ln -s cassandra-tool "$target/bin/$tool"
  done
  "$(java_home)/bin/javac" -cp "$target/lib/*" -d "$work/classes" "$cassandra_source/CqlRun.java"
  "$(java_home)/bin/jar" --create --file "$target/lib/cql-run.jar" -C "$work/classes" .
}

fill_cassandra() {
  local rootfs="$1/rootfs"
  mkdir -p "$rootfs"/{bin,etc,tmp,opt/cassandra/lib,var/lib} "$1/data"
  chmod 1777 "$rootfs/tmp"
  copy_busybox "$rootfs"
  write_users "$rootfs"
  write_host_lookup "$rootfs"
  fetch_jars "$rootfs/opt/cassandra/lib" "$1/maven.log"
  make_java_runtime "$rootfs/opt/java"
  install_tools "$rootfs/opt/cassandra" "$1"
  copy_native_libraries "$rootfs"
  add_class_archives "$rootfs"
}

build_cassandra() {
  local inputs stamp
  require_programs buildah busybox getent ldconfig mvn jlink javac unshare ip
  mapfile -t inputs < <(find "$cassandra_source" -type f | LC_ALL=C sort)
  stamp=$(stamp_of cassandra "${inputs[@]}" "$here/cassandra.sh" "$here/class_archives.sh" \
    "$here/light.sh" "$archive_script" "$(java_home)/release" "$(type -P busybox)" \
    "$(library_path libc.so.6)")
  ensure_image cassandra "$stamp" fill_cassandra "$cassandra_source/Containerfile"
}
