package org.margay.eepro100.internal;

class I82557cContractTest extends Eepro100Contract {
    I82557cContractTest() {
        super(new I82557c());
    }
}
