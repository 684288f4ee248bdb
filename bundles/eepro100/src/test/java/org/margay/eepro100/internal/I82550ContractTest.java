package org.margay.eepro100.internal;

class I82550ContractTest extends Eepro100Contract {
    I82550ContractTest() {
        super(new I82550());
    }
}
