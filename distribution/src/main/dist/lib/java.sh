# Read by the programs in bin/: sets java_home to a Java 25, or ends the program that is named in java_for.

# Whether a folder holds a JDK or JRE 25; reading its release file is faster than starting it.
is_java_25() {
    [ -x "$1/bin/java" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release" 2>/dev/null
}

java_home=
on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) && on_path=${on_path%/bin/java}
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "${on_path:-}" /opt/*jdk*25* /opt/java/*25*; do
    if [ -n "$candidate" ] && is_java_25 "$candidate"; then
        java_home=$candidate
        break
    fi
done
if [ -z "$java_home" ]; then
    echo "$java_for: needs Java 25: install a JDK 25 (Debian: openjdk-25-jre-headless, or Temurin 25 from adoptium.net)," \
        "or set JAVA_HOME to one" >&2
    exit 1
fi
