package org.margay.eepro100.internal;

class I82559cContractTest extends Eepro100Contract {
    I82559cContractTest() {
        super(new I82559c());
    }
}
