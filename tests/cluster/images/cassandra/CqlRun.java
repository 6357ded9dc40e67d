import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.cassandra.config.DatabaseDescriptor;
import org.apache.cassandra.cql3.ResultSet;
import org.apache.cassandra.db.ConsistencyLevel;
import org.apache.cassandra.db.marshal.AbstractType;
import org.apache.cassandra.exceptions.UnavailableException;
import org.apache.cassandra.transport.SimpleClient;
import org.apache.cassandra.transport.messages.ResultMessage;

/**
 * Runs CQL statements over the native protocol with nothing but Cassandra's own classes: the image
 * holds no Python for cqlsh. Rows go to stdout, one per line, columns separated by tabs.
 * Exit codes: 0 done, 1 a statement failed (the rest is not run), 2 usage.
 */
public final class CqlRun {
    private static final String USAGE =
        "Usage: cql [-c CONSISTENCY] [-h HOST] [-p PORT] 'STATEMENT; …' | -\n"
        + "  -   reads the statements from stdin; CONSISTENCY is LOCAL_QUORUM by default";
    private static final long SCHEMA_WAIT_MS = 10_000;
    private static final long SCHEMA_POLL_MS = 100;

    private static final Pattern BATCH_START =
        Pattern.compile("\\s*BEGIN\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern BATCH_END =
        Pattern.compile("\\bAPPLY\\s+BATCH\\s*$", Pattern.CASE_INSENSITIVE);

    private ConsistencyLevel consistency = ConsistencyLevel.LOCAL_QUORUM;
    private String host = "127.0.0.1";
    private int port = 9042;
    private String text = "";
    private SimpleClient client;

    public static void main(String[] arguments) {
        int code;
        try {
            code = new CqlRun().run(arguments);
        } catch (IllegalArgumentException error) {
            System.err.println("cql: " + error.getMessage() + "\n" + USAGE);
            code = 2;
        } catch (Exception error) {
            System.err.println("cql: " + rootMessage(error));
            code = 1;
        }
        System.out.flush();
        // Netty's and Cassandra's threads would keep the process alive.
        Runtime.getRuntime().halt(code);
    }

    private int run(String[] arguments) throws Exception {
        parse(arguments);
        DatabaseDescriptor.clientInitialization();
        client = SimpleClient.builder(host, port).build();
        connect();
        for (String statement : split(text)) {
            execute(statement);
        }
        return 0;
    }

    private void connect() throws IOException {
        try {
            client.connect(false);
        } catch (Exception error) {
            throw new IOException("cannot reach " + host + ":" + port + ": " + rootMessage(error));
        }
    }

    private void parse(String[] arguments) throws Exception {
        int next = 0;
        for (; next + 1 < arguments.length && arguments[next].length() > 1
                && arguments[next].startsWith("-"); next += 2) {
            String value = arguments[next + 1];
            switch (arguments[next]) {
                case "-c": consistency = ConsistencyLevel.valueOf(value.toUpperCase()); break;
                case "-h": host = value; break;
                case "-p": port = Integer.parseInt(value); break;
                default: throw new IllegalArgumentException("unknown option " + arguments[next]);
            }
        }
        if (next + 1 != arguments.length) {
            throw new IllegalArgumentException("exactly one argument with statements is needed");
        }
        text = arguments[next].equals("-")
            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : arguments[next];
    }

    private void execute(String statement) throws InterruptedException {
        ResultMessage result = client.execute(statement, consistency);
        if (result instanceof ResultMessage.Rows) {
            print(((ResultMessage.Rows) result).result);
        } else if (result instanceof ResultMessage.SchemaChange) {
            awaitSchemaAgreement();
        }
    }

    /** As drivers do: the next statement may go to a replica that has not heard of the change. */
    private void awaitSchemaAgreement() throws InterruptedException {
        long deadline = System.currentTimeMillis() + SCHEMA_WAIT_MS;
        while (schemaVersions().size() > 1) {
            if (System.currentTimeMillis() > deadline) {
                System.err.println("cql: warning: the nodes do not agree on the schema yet");
                return;
            }
            Thread.sleep(SCHEMA_POLL_MS);
        }
    }

    private Set<ByteBuffer> schemaVersions() {
        Set<ByteBuffer> versions = new HashSet<>();
        for (String table : List.of("system.local", "system.peers_v2")) {
            ResultMessage answer =
                client.execute("SELECT schema_version FROM " + table, ConsistencyLevel.ONE);
            for (List<ByteBuffer> row : ((ResultMessage.Rows) answer).result.rows) {
                versions.add(row.get(0));
            }
        }
        return versions;
    }

    private static void print(ResultSet rows) {
        for (List<ByteBuffer> row : rows.rows) {
            List<String> columns = new ArrayList<>();
            for (int column = 0; column < row.size(); column++) {
                columns.add(show(rows.metadata.names.get(column).type, row.get(column)));
            }
            System.out.println(String.join("\t", columns));
        }
    }

    private static String show(AbstractType<?> type, ByteBuffer value) {
        if (value == null) {
            return "null";
        }
        return type.isCollection() ? type.toCQLString(value) : type.getString(value);
    }

    /** Splits at semicolons outside of quotes and batches. A doubled quote closes and reopens. */
    static List<String> split(String text) {
        List<String> statements = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        char quote = 0;
        for (char character : text.toCharArray()) {
            if (quote == 0 && character == ';' && !isOpenBatch(current.toString())) {
                add(statements, current);
                continue;
            }
            if (quote == character) {
                quote = 0;
            } else if (quote == 0 && (character == '\'' || character == '"')) {
                quote = character;
            }
            current.append(character);
        }
        add(statements, current);
        return statements;
    }

    private static boolean isOpenBatch(String statement) {
        // The cheap test first: this is asked once per semicolon of a possibly long text.
        return BATCH_START.matcher(statement).lookingAt() && !BATCH_END.matcher(statement).find();
    }

    private static void add(List<String> statements, StringBuilder current) {
        if (!current.toString().isBlank()) {
            statements.add(current.toString().strip());
        }
        current.setLength(0);
    }

    private static String rootMessage(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        if (cause instanceof UnavailableException) {
            UnavailableException unavailable = (UnavailableException) cause;
            message += " (required " + unavailable.required + ", alive " + unavailable.alive + ")";
        }
        return message;
    }
}
