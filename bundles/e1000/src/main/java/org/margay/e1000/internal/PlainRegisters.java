package org.margay.e1000.internal;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the {@link PlainRegister}s hold (8254x manual, sections 13.4, 13.6 and 13.8). All others read 0. */
final class PlainRegisters implements RegisterBlock {
    /** Where a register's value is. */
    private record Place(PlainRegister register, int index) {}

    private static final Map<Integer, Place> PLACES = new HashMap<>();

    static {
        int index = 0;
        for (PlainRegister register : PlainRegister.values()) {
            for (int i = 0; i < register.count(); i++) {
                PLACES.put(register.offset() + i * register.spacing(), new Place(register, index++));
            }
        }
    }

    /** All values, in the order of declaration. */
    record State(int[] values) {
        State {
            if (values.length != PLACES.size()) {
                throw new IllegalArgumentException("%d plain registers".formatted(values.length));
            }
            values = values.clone();
        }
    }

    private final int[] values = new int[PLACES.size()];

    PlainRegisters() {
        reset();
    }

    /** The value of a register of which there is one. */
    int get(PlainRegister register) {
        return read(register.offset());
    }

    @Override
    public int read(int offset) {
        @Nullable Place place = PLACES.get(offset);
        return place == null ? 0 : values[place.index];
    }

    @Override
    public void write(int offset, int value) {
        @Nullable Place place = PLACES.get(offset);
        if (place != null) {
            values[place.index] = value & place.register.mask();
        }
    }

    void reset() {
        PLACES.values().forEach(place -> values[place.index] = place.register.initial());
    }

    State save() {
        return new State(values);
    }

    /** @throws IllegalArgumentException when a register has bits that it can't have */
    void restore(State state) {
        for (Place place : PLACES.values()) {
            if ((state.values[place.index] & ~(place.register.mask() | place.register.initial())) != 0) {
                throw new IllegalArgumentException("%s out of range".formatted(place.register));
            }
        }
        System.arraycopy(state.values, 0, values, 0, values.length);
    }
}
