package org.margay.cpu.internal.system;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.InstructionTable;
import org.margay.machine.OptionException;

/**
 * What kind of processor CPUID describes, and {@code -cpu} chooses.
 *
 * @param name of the option
 * @param vendor 12 characters
 * @param family with the extended family added, 0-270
 * @param model 0-255
 * @param stepping 0-15
 * @param level highest basic leaf of CPUID
 * @param extendedLevel highest extended leaf
 * @param brand up to 47 characters
 */
public record CpuModel(
        String name,
        String vendor,
        int family,
        int model,
        int stepping,
        int level,
        int extendedLevel,
        String brand,
        Set<Feature> features) {
    /** Width of a physical address; page tables, CR3 and MTRRs may not name more. */
    public static final int PHYSICAL_BITS = 40;

    /** Width of a linear address with four-level paging. */
    static final int LINEAR_BITS = 48;

    private static final String AMD = "AuthenticAMD", INTEL = "GenuineIntel";
    private static final String BRAND = "QEMU Virtual CPU version 2.5+";

    /** Of a Pentium Pro and its successors up to SSE2. */
    private static final Set<Feature> P6 = EnumSet.of(
            Feature.FPU,
            Feature.DE,
            Feature.PSE,
            Feature.TSC,
            Feature.MSR,
            Feature.PAE,
            Feature.MCE,
            Feature.CX8,
            Feature.APIC,
            Feature.SEP,
            Feature.PGE,
            Feature.CMOV,
            Feature.PAT,
            Feature.MMX,
            Feature.FXSR,
            Feature.SSE,
            Feature.SSE2,
            Feature.SSE3,
            Feature.HYPERVISOR);

    private static final Set<Feature> K8 = with(
            P6,
            Feature.MTRR,
            Feature.MCA,
            Feature.PSE36,
            Feature.CLFLUSH,
            Feature.CX16,
            Feature.SYSCALL,
            Feature.NX,
            Feature.LM,
            Feature.LAHF_LM);

    /** Features of the system part that no instruction of their own shows. */
    private static final Set<Feature> ROWLESS =
            EnumSet.of(Feature.VME, Feature.SMEP, Feature.PDPE1GB, Feature.X2APIC, Feature.TSC_DEADLINE);

    private static final List<CpuModel> MODELS = List.of(
            new CpuModel("qemu64", AMD, 15, 107, 1, 0xD, 0x8000_000A, BRAND, K8),
            new CpuModel("qemu32", INTEL, 6, 6, 3, 4, 0x8000_0004, BRAND, P6),
            new CpuModel("max", AMD, 15, 107, 1, 0xD, 0x8000_000A, BRAND, implemented()));

    /** Other names that people use for features. */
    private static final Map<String, Feature> ALIASES =
            Map.of("pni", Feature.SSE3, "xd", Feature.NX, "i64", Feature.LM, "lzcnt", Feature.ABM);

    /** What to do about features that are not there: here they are always an error. */
    private static final Set<String> CHECKS = Set.of("check", "enforce");

    /** Model-specific properties that are numbers. */
    private static final Set<String> NUMBERS = Set.of("family", "model", "stepping", "level", "xlevel");

    public CpuModel {
        if (vendor.length() != 12 || brand.length() > 47) {
            throw new IllegalArgumentException("vendor or brand of CPU model " + name);
        }
        checkRange("family", family, 0xFF + 0xF);
        checkRange("model", model, 0xFF);
        checkRange("stepping", stepping, 0xF);
        features = Set.copyOf(features);
    }

    private static void checkRange(String property, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    "Property '%s' doesn't take value %d (minimum: 0, maximum: %d)".formatted(property, value, max));
        }
    }

    private static Set<Feature> with(Set<Feature> base, Feature... more) {
        Set<Feature> all = EnumSet.copyOf(base);
        all.addAll(List.of(more));
        return all;
    }

    /** Everything that works here: instructions in the table, and what the system part adds. */
    private static Set<Feature> implemented() {
        Set<Feature> all = EnumSet.copyOf(K8);
        all.addAll(ROWLESS);
        InstructionTable.all()
                .rows()
                .forEach(row -> Optional.ofNullable(row.feature()).ifPresent(all::add));
        return all;
    }

    /** The models of {@code -cpu help}, in their order. */
    public static List<String> names() {
        return MODELS.stream().map(CpuModel::name).toList();
    }

    /** The model without {@code -cpu}. */
    public static CpuModel standard() {
        return MODELS.getFirst();
    }

    /**
     * Reads the value of {@code -cpu}: a model, then features to add or leave out: {@code
     * qemu64,+ssse3,-sse3,family=6}.
     *
     * @throws OptionException for what is not known, or not implemented
     */
    public static CpuModel parse(String option) throws OptionException {
        String[] words = option.split(",");
        String wanted = words.length == 0 ? "" : words[0];
        CpuModel model = MODELS.stream()
                .filter(each -> each.name.equals(wanted))
                .findFirst()
                .orElseThrow(() -> new OptionException("unable to find CPU model '%s'".formatted(wanted)));
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            model = model.with(word);
        }
        return model;
    }

    private CpuModel with(String word) throws OptionException {
        if (word.startsWith("+") || word.startsWith("-")) {
            return with(word.substring(1), word.startsWith("+"), word);
        }
        int equals = word.indexOf('=');
        String key = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "on" : word.substring(equals + 1);
        if (NUMBERS.contains(key)) {
            return withNumber(key, value);
        }
        if (key.equals("vendor")) {
            return copy(Map.of("vendor", value));
        }
        if (key.equals("model-id")) {
            return copy(Map.of("model-id", value));
        }
        return switch (value) {
            case "on", "yes", "true", "y" -> with(key, true, word);
            case "off", "no", "false", "n" -> with(key, false, word);
            default -> throw new OptionException("Parameter '%s' expects 'on' or 'off'".formatted(key));
        };
    }

    private CpuModel with(String featureName, boolean on, String word) throws OptionException {
        if (CHECKS.contains(featureName)) {
            return this;
        }
        Feature feature = feature(featureName)
                .orElseThrow(() ->
                        new OptionException("Property '%s-x86_64-cpu.%s' not found".formatted(name, featureName)));
        if (on && !implemented().contains(feature)) {
            throw new OptionException("CPU feature '%s' is not implemented".formatted(word.replaceFirst("^\\+", "")));
        }
        Set<Feature> changed = EnumSet.copyOf(features);
        if (on) {
            changed.add(feature);
        } else {
            changed.remove(feature);
        }
        return new CpuModel(name, vendor, family, model, stepping, level, extendedLevel, brand, changed);
    }

    private static Optional<Feature> feature(String name) {
        String constant = name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
        return Arrays.stream(Feature.values())
                .filter(each -> each.name().equals(constant))
                .findFirst()
                .or(() -> Optional.ofNullable(ALIASES.get(name)));
    }

    private CpuModel withNumber(String key, String value) throws OptionException {
        try {
            return copy(Map.of(key, Long.toString(Long.decode(value))));
        } catch (NumberFormatException e) {
            throw new OptionException("Parameter '%s' expects a number".formatted(key));
        }
    }

    private CpuModel copy(Map<String, String> changes) throws OptionException {
        try {
            return new CpuModel(
                    name,
                    changes.getOrDefault("vendor", vendor),
                    number(changes, "family", family),
                    number(changes, "model", model),
                    number(changes, "stepping", stepping),
                    number(changes, "level", level),
                    number(changes, "xlevel", extendedLevel),
                    changes.getOrDefault("model-id", brand),
                    features);
        } catch (IllegalArgumentException e) {
            throw new OptionException(String.valueOf(e.getMessage()));
        }
    }

    private static int number(Map<String, String> changes, String key, int old) {
        return changes.containsKey(key) ? (int) Long.parseLong(changes.get(key)) : old;
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** By vendor: whose rules hold where the two differ. */
    public boolean isIntel() {
        return vendor.equals(INTEL);
    }

    public boolean isAmd() {
        return vendor.equals(AMD);
    }

    /** EAX of leaf 1, and EDX after reset (SDM vol. 2, CPUID, figure 3-6). */
    public int signature() {
        int shownFamily = Math.min(family, 0xF);
        return family - shownFamily << 20 | model >>> 4 << 16 | shownFamily << 8 | (model & 0xF) << 4 | stepping;
    }

    /** The features of a leaf's register as bits. */
    int featureBits(int leaf, Feature.Register register) {
        return features.stream()
                .filter(feature -> feature.leaf() == leaf && feature.register() == register)
                .mapToInt(feature -> 1 << feature.bit())
                .reduce(0, (a, b) -> a | b);
    }

    @Override
    public String toString() {
        return name + features.stream().sorted().map(Feature::name).collect(Collectors.joining(" ", "[", "]"));
    }
}
