package org.margay.chardev.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.random.RandomBackend;

/**
 * Random bytes of an entropy gathering daemon (EGD 0.9, documentation of its protocol): command 02h and a count; the daemon answers
 * with as many bytes when it has them.
 */
final class EntropyDaemon extends RandomBackend implements CharFrontend {
    private static final byte READ_BLOCKING = 2;
    private static final int MOST = 255;

    private final Chardev chardev;
    /** Bytes that the daemon was asked for; 0 when none are wanted. */
    private int asked;
    /** Part of the command that the chardev has not taken yet. */
    private byte[] unsent = {};

    /** Takes a chardev that nobody uses. */
    EntropyDaemon(Chardev chardev) {
        super(RngEgd.TYPE);
        this.chardev = chardev;
        chardev.attach(this);
    }

    @Override
    protected void fetch(int count) {
        asked = Math.min(count, MOST);
        ask();
    }

    private void ask() {
        unsent = new byte[] {READ_BLOCKING, (byte) asked};
        send();
    }

    private void send() {
        int taken = chardev.write(unsent, 0, unsent.length);
        unsent = Arrays.copyOfRange(unsent, taken, unsent.length);
    }

    @Override
    public int receive(byte[] data, int offset, int length) {
        int wanted = Math.min(asked, length);
        if (wanted > 0) {
            asked = 0;
            arrived(Arrays.copyOfRange(data, offset, offset + wanted));
        }
        // What nobody waits for is of no use later.
        return length;
    }

    /** Another daemon knows nothing of what the last one was asked for. */
    @Override
    public void opened() {
        if (asked > 0) {
            ask();
        }
    }

    @Override
    public void writable() {
        send();
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return List.of(ObjectProperty.readOnly("chardev", "string", chardev::label));
    }

    @Override
    public void close() {
        chardev.detach(this);
    }
}
