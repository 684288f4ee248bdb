/* Multiboot entry of the benchmark guest: 32-bit protected mode to long mode, the first GiB identity-mapped by 2 MiB
   pages (SDM vol. 3, 10.8.5), then compute() in compute.c. */
        .set MAGIC, 0x1BADB002
        .section .multiboot, "a"
        .align 4
        .long MAGIC, 0, -MAGIC

        .section .text
        .code32
        .global _start
_start: cli
        mov $stack_top, %esp
        mov $page_dir, %edi
        mov $0x83, %eax                 /* present, writable, 2 MiB */
        xor %ecx, %ecx
1:      mov %eax, (%edi,%ecx,8)
        add $0x200000, %eax
        inc %ecx
        cmp $512, %ecx
        jne 1b
        mov $page_dir, %eax
        or $3, %eax
        mov %eax, page_pointers
        mov $page_pointers, %eax
        or $3, %eax
        mov %eax, page_root
        mov $page_root, %eax
        mov %eax, %cr3
        mov $0x620, %eax                /* PAE, OSFXSR, OSXMMEXCPT */
        mov %eax, %cr4
        mov $0xC0000080, %ecx           /* EFER.LME */
        rdmsr
        or $0x100, %eax
        wrmsr
        mov $0x80000011, %eax           /* PG, ET, PE; EM and TS clear */
        mov %eax, %cr0
        lgdt gdt_pointer
        ljmp $8, $2f
        .code64
2:      mov $16, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %ss
        call compute
3:      hlt
        jmp 3b

        .section .data
        .align 8
gdt:    .quad 0, 0x00AF9A000000FFFF, 0x00CF92000000FFFF
gdt_pointer:
        .word 23
        .long gdt
        .section .bss
        .align 4096
page_root:      .skip 4096
page_pointers:  .skip 4096
page_dir:       .skip 4096
        .skip 65536
stack_top:
