package org.margay.image.blocks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of qcow images, "crypt_method" 1 of the published descriptions of qcow and qcow2: AES-128 in CBC mode, each sector of 512 bytes by itself, with the sector's
 * number in the guest as initialization vector. The key is the password's first 16 bytes, zeros behind it when it is shorter. It is
 * weak, and here so that old images can be used. Any thread.
 */
public final class SectorCipher {
    /** Bytes that are encrypted by themselves. */
    public static final int SECTOR = 512;

    private static final int KEY_BYTES = 16;
    private static final int IV_BYTES = 16;

    private final SecretKeySpec key;

    /** Ciphers are costly to make, and each is for one thread at a time. */
    private final ConcurrentLinkedQueue<Cipher> free = new ConcurrentLinkedQueue<>();

    public SectorCipher(String password) {
        this.key = new SecretKeySpec(Arrays.copyOf(password.getBytes(StandardCharsets.UTF_8), KEY_BYTES), "AES");
    }

    /** Decrypts whole sectors in place; the first begins at an offset of the guest. */
    public void decrypt(MemorySegment sectors, long guestOffset) {
        run(Cipher.DECRYPT_MODE, sectors, guestOffset);
    }

    /** Encrypts whole sectors in place; the first begins at an offset of the guest. */
    public void encrypt(MemorySegment sectors, long guestOffset) {
        run(Cipher.ENCRYPT_MODE, sectors, guestOffset);
    }

    private void run(int mode, MemorySegment sectors, long guestOffset) {
        try {
            @Nullable Cipher cipher = free.poll();
            if (cipher == null) {
                cipher = Cipher.getInstance("AES/CBC/NoPadding");
            }
            byte[] in = new byte[SECTOR];
            byte[] out = new byte[SECTOR];
            ByteBuffer iv = ByteBuffer.allocate(IV_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long at = 0; at < sectors.byteSize(); at += SECTOR) {
                iv.putLong(0, (guestOffset + at) / SECTOR);
                cipher.init(mode, key, new IvParameterSpec(iv.array()));
                MemorySegment.copy(sectors, ValueLayout.JAVA_BYTE, at, in, 0, SECTOR);
                cipher.doFinal(in, 0, SECTOR, out, 0);
                MemorySegment.copy(out, 0, sectors, ValueLayout.JAVA_BYTE, at, SECTOR);
            }
            free.add(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is part of every Java", e);
        }
    }
}
