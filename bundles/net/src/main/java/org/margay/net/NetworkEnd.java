package org.margay.net;

import java.util.Optional;

/** A card or backend as "info network" and set_link know it: by a name. Printed as "NAME: type=TYPE,INFO". */
sealed interface NetworkEnd {
    NetClient client();

    /** Whether it is shown while nothing is connected to it. */
    boolean listed();

    boolean isCard();

    /** What is left to say of a card's backend that was taken from it. */
    Optional<String> formerBackend();

    record Card(Nic nic) implements NetworkEnd {
        @Override
        public NetClient client() {
            return nic.client();
        }

        @Override
        public boolean listed() {
            return true;
        }

        @Override
        public boolean isCard() {
            return true;
        }

        @Override
        public Optional<String> formerBackend() {
            return nic.formerBackend();
        }

        @Override
        public String toString() {
            return "%s: type=nic,model=%s,macaddr=%s".formatted(client().name(), nic.model(), nic.mac());
        }
    }

    record Backend(String type, Netdev netdev) implements NetworkEnd {
        @Override
        public NetClient client() {
            return netdev.client();
        }

        @Override
        public boolean listed() {
            return netdev.listed();
        }

        @Override
        public boolean isCard() {
            return false;
        }

        @Override
        public Optional<String> formerBackend() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "%s: type=%s,%s".formatted(client().name(), type, netdev.info());
        }
    }
}
