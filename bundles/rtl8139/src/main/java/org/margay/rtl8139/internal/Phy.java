package org.margay.rtl8139.internal;

/**
 * The transceiver inside of the chip: MII registers that are spread over the chip's own, and what they say of the link
 * (RTL8139C+ data sheet, "Basic Mode Control Register" to "CS Configuration Register", "Media Status Register").
 * Negotiation takes no time; the partner can do all that the chip can.
 */
final class Phy {
    private static final int RESET = 1 << 15;
    private static final int SPEED_100 = 1 << 13;
    private static final int AUTO_NEGOTIATION = 1 << 12;
    private static final int FULL_DUPLEX = 1 << 8;
    private static final int CONTROL = SPEED_100 | AUTO_NEGOTIATION | FULL_DUPLEX;

    /** 100BASE-TX and 10BASE-T, full and half duplex, auto-negotiation. */
    private static final int ABILITIES = 0x7809;

    private static final int NEGOTIATED = 1 << 5;
    private static final int LINK = 1 << 2;

    private static final int ADVERTISED = 0x05E1;
    private static final int ADVERTISEMENT_WRITABLE = 0x2DE0;
    private static final int PARTNER = 0x45E1;
    private static final int PARTNER_NEGOTIATES = 1;

    private static final int MEDIA_SPEED_10 = 1 << 3;
    private static final int MEDIA_LINK_BAD = 1 << 2;

    /** CS configuration: what the guest can set, heart beat at first; what says that there is a link. */
    private static final int CONFIGURATION_WRITABLE = 0x83C5;

    private static final int HEART_BEAT = 1 << 9;
    private static final int LINK_GOOD = 0x0408;

    /**
     * Registers of which something can be set.
     *
     * @param control BMCR
     * @param advertisement ANAR
     * @param configuration CSCR
     * @param test NWAYTR
     * @param up whether there was a link
     */
    record State(int control, int advertisement, int configuration, int test, boolean up) {
        State {
            if ((control & ~CONTROL) != 0
                    || (advertisement & ~(ADVERTISEMENT_WRITABLE | ADVERTISED)) != 0
                    || (configuration & ~(CONFIGURATION_WRITABLE | HEART_BEAT)) != 0
                    || test >>> 8 != 0) {
                throw new IllegalArgumentException("RTL8139 transceiver registers");
            }
        }
    }

    private int control;
    private int advertisement;
    private int configuration;
    private int test;
    private boolean up;

    /**
     * Power-on values.
     *
     * @param newControl what the EEPROM says of speed, duplex and negotiation: bits of BMCR
     */
    void reset(int newControl) {
        control = newControl & CONTROL;
        advertisement = ADVERTISED;
        configuration = HEART_BEAT;
        test = 0;
    }

    boolean linkUp() {
        return up;
    }

    void setLink(boolean linkUp) {
        up = linkUp;
    }

    int control() {
        return control;
    }

    /**
     * Resets, or sets what is not locked.
     *
     * @param unlocked whether speed, duplex and negotiation may be set
     */
    void setControl(Lanes lanes, boolean unlocked) {
        if ((lanes.ones() & RESET) != 0) {
            reset(CONTROL);
        } else if (unlocked) {
            control = lanes.over(control) & CONTROL;
        }
    }

    int status() {
        int negotiated = (control & AUTO_NEGOTIATION) != 0 ? NEGOTIATED : 0;
        return ABILITIES | (up ? LINK | negotiated : 0);
    }

    int advertisement() {
        return advertisement;
    }

    void setAdvertisement(Lanes lanes) {
        advertisement = lanes.over(advertisement) & ADVERTISEMENT_WRITABLE | ADVERTISED & ~ADVERTISEMENT_WRITABLE;
    }

    int partner() {
        return up ? PARTNER : 0;
    }

    int expansion() {
        return up ? PARTNER_NEGOTIATES : 0;
    }

    int configuration() {
        return configuration | (up ? LINK_GOOD : 0);
    }

    void setConfiguration(Lanes lanes) {
        configuration = lanes.over(configuration) & (CONFIGURATION_WRITABLE | HEART_BEAT);
    }

    int test() {
        return test;
    }

    void setTest(Lanes lanes) {
        test = lanes.over(test) & 0xFF;
    }

    /** What the media status register says of the link. */
    int media() {
        boolean fast = (control & (AUTO_NEGOTIATION | SPEED_100)) != 0;
        return (up ? 0 : MEDIA_LINK_BAD) | (fast ? 0 : MEDIA_SPEED_10);
    }

    State save() {
        return new State(control, advertisement, configuration, test, up);
    }

    /** Takes all over but the link, which is what it is now. */
    void restore(State state) {
        control = state.control;
        advertisement = state.advertisement;
        configuration = state.configuration;
        test = state.test;
    }
}
