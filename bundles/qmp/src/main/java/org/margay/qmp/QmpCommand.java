package org.margay.qmp;

/**
 * One QMP command: a small class in the bundle of the subsystem that owns it, registered as an OSGi service with
 * {@link CommandName}. It runs under the machine lock, so it must not block.
 *
 * @param <A> the arguments: a record whose components say what is accepted, checked before the command sees it. {@code
 *     String}, {@code boolean}, {@code int}, {@code long} and {@code double} (or their boxes), enums (by {@code
 *     toString()}), {@code Map<String, Object>}, {@code List<Object>}, nested records, and {@code Object} for any JSON
 *     value. {@code Optional} of one of these may be left out by the client. Names: {@link WireName}; open
 *     dictionaries: {@link OtherArguments}. {@link IllegalArgumentException} from the compact constructor becomes a
 *     {@link ErrorClass#GenericError} with its message
 */
public interface QmpCommand<A extends Record> {
    /**
     * Brings what the command needs and may take long, such as a driver's bundle: called before {@link #execute}, on the
     * client's thread and without the machine lock. The client's next command waits.
     *
     * @throws QmpException for what the client is to be told; the command is then not executed
     */
    default void prepare(A arguments, QmpSession session) throws QmpException {}

    /**
     * Whether {@link #execute} runs under the machine lock, in the loop's turn, as nearly all do. One that says false runs on the
     * client's thread, may take long, and takes turns by itself for what it does to the machine.
     */
    default boolean locked() {
        return true;
    }

    /**
     * Does the work.
     *
     * @return for the reply's "return" member: a record, map, list, string, number, boolean or enum ({@code
     *     toString()}); {@link Empty#EMPTY} for {@code {}}. Components that are null or empty {@code Optional}s are left
     *     out; names as in argument records
     * @throws QmpException for what the client is to be told
     */
    Object execute(A arguments, QmpSession session) throws QmpException;

    /** The record type of the arguments. */
    Class<A> argumentsType();
}
