package org.margay.nbd.internal;

/** Numbers of the protocol: doc/proto.md, "Values". */
final class Nbd {
    static final long MAGIC = 0x4e42444d41474943L;
    static final long OPTION_MAGIC = 0x49484156454F5054L;
    static final long OLDSTYLE_MAGIC = 0x00420281861253L;
    static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    /** Handshake flags of server and client. */
    static final int FIXED_NEWSTYLE = 1;

    static final int NO_ZEROES = 2;

    static final int OPTION_EXPORT_NAME = 1;
    static final int OPTION_STARTTLS = 5;
    static final int OPTION_GO = 7;
    static final int OPTION_STRUCTURED_REPLY = 8;
    static final int OPTION_SET_META_CONTEXT = 10;

    static final int REPLY_ACK = 1;
    static final int REPLY_INFO = 3;
    static final int REPLY_META_CONTEXT = 4;
    static final int REPLY_ERROR = 1 << 31;
    static final int REPLY_UNSUPPORTED = REPLY_ERROR + 1;
    static final int REPLY_POLICY = REPLY_ERROR + 2;
    static final int REPLY_TLS_REQUIRED = REPLY_ERROR + 5;
    static final int REPLY_UNKNOWN = REPLY_ERROR + 6;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    /** Transmission flags. */
    static final int READ_ONLY = 1 << 1;

    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;

    static final int COMMAND_READ = 0;
    static final int COMMAND_WRITE = 1;
    static final int COMMAND_DISCONNECT = 2;
    static final int COMMAND_FLUSH = 3;
    static final int COMMAND_TRIM = 4;
    static final int COMMAND_WRITE_ZEROES = 6;
    static final int COMMAND_BLOCK_STATUS = 7;

    /** Command flags. */
    static final int FUA = 1;

    static final int NO_HOLE = 1 << 1;

    static final int CHUNK_DONE = 1;
    static final int CHUNK_NONE = 0;
    static final int CHUNK_OFFSET_DATA = 1;
    static final int CHUNK_OFFSET_HOLE = 2;
    static final int CHUNK_BLOCK_STATUS = 5;
    static final int CHUNK_ERROR = 1 << 15;

    /** Flag of context base:allocation: it reads as zeros. */
    static final int STATE_ZERO = 2;

    private Nbd() {}

    /** What a server's error means (the numbers are those of Linux). */
    static String errorText(int error) {
        return switch (error) {
            case 1 -> "Operation not permitted";
            case 5 -> "Input/output error";
            case 12 -> "Cannot allocate memory";
            case 22 -> "Invalid argument";
            case 28 -> "No space left on device";
            case 75 -> "Value too large for defined data type";
            case 95 -> "Operation not supported";
            case 108 -> "Cannot send after transport endpoint shutdown";
            default -> "Input/output error (%d)".formatted(error);
        };
    }
}
