package org.margay.cpu.internal.fp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Transcendental functions against values computed to 300 bits by mpmath, with the 66-bit π where arguments are
 * reduced.
 */
class TranscendentalTest {
    private final Accumulator to = new Accumulator().begin(0x37F);

    private void assertResult(int exponent, long mantissa) {
        assertThat("%04x:%016x".formatted(to.exponent & 0xFFFF, to.mantissa))
                .isEqualTo("%04x:%016x".formatted(exponent, mantissa));
        assertThat(to.flags & FloatFlags.ALL).isEqualTo(FloatFlags.PRECISION);
    }

    @Test
    void sine() {
        Transcendental.sine(to, 0x3FFB, 0x9AFA_2E99_F15C_C08DL);
        assertResult(0x3FFB, 0x9AD4_540C_D93B_5B96L);
    }

    @Test
    void cosine() {
        Transcendental.cosine(to, 0x4004, 0xE433_C877_3BAA_E423L);
        assertResult(0x3FFE, 0xE06D_65E4_C89F_600DL);
    }

    @Test
    void tangent() {
        Transcendental.tangent(to, 0x4004, 0xD37D_9F96_9172_C445L);
        assertResult(0xBFFE, 0x9782_A8FF_1617_914EL);
    }

    @Test
    void powerOfTwo() {
        Transcendental.powerOfTwoMinusOne(to, 0x3FF2, 0x87BC_1DC3_50A1_D7D6L);
        assertResult(0x3FF1, 0xBC2D_475E_DAAF_A8DDL);
    }

    @Test
    void logarithm() {
        Transcendental.yLog2(to, 0x3FFF, 0x852D_FDC4_D568_625FL, 0x3FFF, 0xF61B_C6A6_1D2F_0A94L);
        assertResult(0x3FFB, 0xE15B_2D7B_441D_CAC5L);
    }

    @Test
    void logarithmNearOne() {
        Transcendental.yLog2Plus1(to, 0xBFEA, 0xF2C8_F936_B76A_496EL, 0x4000, 0xC513_EC7A_7E2B_D127L);
        assertResult(0xBFED, 0x86D2_BA45_A475_16F3L);
    }

    @Test
    void arcTangent() {
        Transcendental.arcTangent(to, 0xBFF9, 0xE410_E432_BB0B_DC48L, 0x4007, 0xB979_753E_ABEA_CED4L);
        assertResult(0x3FFF, 0xC912_5034_EDAE_65CBL);
    }

    @Test
    void largeArgumentsAreRefused() {
        Transcendental.sine(to, 0x3FFF + 63, Float80.INTEGER_BIT);
        assertThat(to.incomplete).isTrue();
        assertThat(to.flags).isZero();
        assertThat(to.exponent).isEqualTo(0x3FFF + 63);
    }
}
