package org.margay.cpu.internal;

/** One x86-64 processor: its state, its way to memory and ports, its interrupt inputs. */
public class Cpu extends CpuState {}
