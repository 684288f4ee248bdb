package org.margay.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/** What device packages must not use: time, threads and randomness are injected, so that a test steps them by hand. */
public final class DeviceRules {
    private DeviceRules() {}

    /** Checks all classes of a package and those below it, tests excepted. */
    public static void check(String devicePackage) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(devicePackage);
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, Executors.class, Clock.class, Random.class, ThreadLocalRandom.class)
                .because("a device's clock, threads and randomness are injected")
                .check(classes);
    }
}
