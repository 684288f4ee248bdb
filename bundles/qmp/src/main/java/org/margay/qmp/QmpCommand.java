package org.margay.qmp;

/**
 * One QMP command: a small class in the bundle of the subsystem that owns it, registered as an OSGi service with
 * {@link CommandName}. It runs on the machine loop, so it must not block.
 *
 * @param <A> the arguments: a record whose component types and names tell the dispatcher what to accept
 */
public interface QmpCommand<A extends Record> {
    /**
     * Does the work.
     *
     * @return a record, map, list, string, number or boolean for the reply's "return" member; {@link Empty#EMPTY} for
     *     {@code {}}
     * @throws QmpException for what the client is to be told
     */
    Object execute(A arguments, QmpSession session) throws QmpException;

    /** The record type of the arguments. */
    Class<A> argumentsType();
}
